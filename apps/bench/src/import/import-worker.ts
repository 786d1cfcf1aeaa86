import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { endChild } from '../http-child.ts';
import { readWorkerFlags } from '../worker-program.ts';

/** One import, prepared. */
export interface ImportOrder {
  readonly tenantId: string;
  readonly importId: string;
  readonly rows: number;
}

/** A process that does one import after the other, set up like a worker; what the bench keeps in memory is not in it. */
export interface ImportWorker {
  /** @throws when the import does not complete, or not every row became a contact */
  run(order: ImportOrder): Promise<void>;
  close(): Promise<void>;
}

/** Starts it; it ends with its parent. */
export async function startImportWorker(connectionString: string): Promise<ImportWorker> {
  const child = fork(join(import.meta.dirname, 'import-child.ts'), [connectionString], {
    stdio: 'inherit',
    execArgv: await readWorkerFlags(),
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the importing process ended with ${String(code)}`);
  });
  ended.catch(() => undefined);
  const answer = async (): Promise<unknown> => (await Promise.race([once(child, 'message'), ended]))[0];
  await answer();
  return {
    async run(order) {
      child.send(order);
      const said = await answer();
      if (said !== 'done') throw new Error(String(said));
    },
    close: () => endChild(child),
  };
}
