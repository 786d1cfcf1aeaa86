import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const workerDir = join(import.meta.dirname, '../../worker');

/** What `zaphub start` runs as a worker. */
export const workerMain = join(workerDir, 'src/main.js');

/** The flags with which `zaphub start` runs it: those that the worker's own package.json lists. */
export async function readWorkerFlags(): Promise<string[]> {
  // What apps/cli reads there, too.
  const { nodeFlags } = JSON.parse(await readFile(join(workerDir, 'package.json'), 'utf8')) as {
    nodeFlags: string[];
  };
  return nodeFlags;
}
