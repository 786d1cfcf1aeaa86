export { createTemplate } from './actions/save-template.ts';
export { compileTemplate } from './compile-template.ts';
export type { CompiledTemplate, RenderedText } from './compile-template.ts';
export { findTemplate } from './queries.ts';
export type { TemplateRow } from './queries.ts';
export { templateRoutes } from './routes.ts';
export type { TemplateContact } from './template-values.ts';
