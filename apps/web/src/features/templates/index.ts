export { templatesQuery } from './api/list-templates.ts';
export { useVariables } from './components/use-variables.ts';
