export { compileTemplate } from './templates/index.ts';
export type { CompiledTemplate, RenderedText, TemplateContact } from './templates/index.ts';
