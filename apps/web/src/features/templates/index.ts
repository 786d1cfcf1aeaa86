export { templatesQuery } from './api/list-templates.ts';
