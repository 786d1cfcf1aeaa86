export { startImport } from './actions/start-import.ts';
export { uploadImport } from './actions/upload-import.ts';
export type { UploadImportInput } from './actions/upload-import.ts';
export { createImportHandler } from './jobs/import-handler.ts';
export { runImport } from './jobs/run-import.ts';
export type { RunImportDeps, RunImportOptions, RunImportResult } from './jobs/run-import.ts';
export { presentImport } from './present.ts';
export { createCsvParser } from './reading/csv-parser.ts';
export type { CsvParser, CsvParserOptions } from './reading/csv-parser.ts';
