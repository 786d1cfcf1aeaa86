export { createLocalFileStore } from './local-file-store.ts';
export { sweepUnfinished } from './sweep-unfinished.ts';
