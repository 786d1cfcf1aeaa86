export { attachmentHeader } from './attachment-header.ts';
export { byteOrderMark, csvLine } from './csv-line.ts';
export { reasonWords } from './reason-words.ts';
export { reportLines } from './report-lines.ts';
export { reportRoutes } from './routes.ts';
