export { applyImportEvent } from './api/apply-import-event.ts';
export { importsQuery } from './api/list-imports.ts';
export { ImportRow } from './components/import-row.tsx';
