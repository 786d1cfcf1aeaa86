export { compileNetworkTemplate } from './compile-network-template.ts';
export { createTemplatesHandler } from './jobs/templates-handler.ts';
export { noteTemplates } from './note-templates.ts';
export { bodyTextOf, cloudTemplateOf } from './present.ts';
export { findNetworkTemplate } from './queries.ts';
export type { NetworkTemplateRow } from './queries.ts';
export { networkTemplateRoutes } from './routes.ts';
export { syncTemplates } from './sync-templates.ts';
export type { TemplateSync, TemplateSyncDeps } from './sync-templates.ts';
