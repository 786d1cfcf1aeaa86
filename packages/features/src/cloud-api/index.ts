export { noteTemplates } from './note-templates.ts';
export { syncTemplates } from './sync-templates.ts';
export type { TemplateSync, TemplateSyncDeps } from './sync-templates.ts';
