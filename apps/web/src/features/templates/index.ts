export { templatesQuery } from './api/list-templates.ts';
export { useTemplatePreview } from './components/use-template-preview.ts';
