// In plain JavaScript: Node's stripper of types takes some 15 MB, and is then only loaded for files that the compile
// cache does not hold yet. Compiled code is kept for the next start, and memory is kept in check, before anything else.
import { enableCompileCache } from 'node:module';
import process from 'node:process';

enableCompileCache();
const { tuneHeap } = await import('@zaphub/kernel');
const heap = tuneHeap();
const { runWorker } = await import('./run-worker.ts');
if (await runWorker(process.env, process.argv.slice(2))) heap.settle();
