import { enableCompileCache } from 'node:module';
import process from 'node:process';
import { tuneHeap } from './tune-heap.ts';

// Before anything else is loaded: compiled code is kept for the next start, and memory is kept in check.
enableCompileCache();
const heap = tuneHeap();
const { runWorker } = await import('./run-worker.ts');
if (await runWorker(process.env, process.argv.slice(2))) heap.settle();
