export { checkNetworkTemplate } from './actions/check-network-template.ts';
export { compileNetworkTemplate } from './compile-network-template.ts';
export { createTemplatesHandler } from './jobs/templates-handler.ts';
export { noteTemplates } from './note-templates.ts';
export { networkTemplateRoutes } from './routes.ts';
