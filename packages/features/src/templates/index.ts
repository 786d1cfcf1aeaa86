export { compileTemplate } from './compile-template.ts';
export type { CompiledTemplate, RenderedText } from './compile-template.ts';
export type { TemplateContact } from './template-values.ts';
