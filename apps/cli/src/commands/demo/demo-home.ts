import { mkdir, mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EmbeddedError, lockHome } from '@zaphub/embedded';

/** A folder for one run of the demo, gone afterwards. */
export interface DemoHome {
  readonly dir: string;
  readonly postgresDir: string;
  readonly filesDir: string;
  readonly journalDir: string;
  /** Removes the folder and everything Postgres kept elsewhere for it. Postgres must have ended. Idempotent. */
  close(): Promise<void>;
}

const prefix = 'run-';

/**
 * Makes a folder under `demoDir` that nobody else uses, and removes what killed runs left there.
 * @throws EmbeddedError `not_writable`, `disk_full`
 */
export async function openDemoHome(demoDir: string): Promise<DemoHome> {
  await mkdir(demoDir, { recursive: true, mode: 0o711 });
  await removeAbandoned(demoDir);
  const dir = await mkdtemp(join(demoDir, prefix));
  const lock = await lockHome(dir);
  return {
    dir,
    postgresDir: join(dir, 'postgres'),
    filesDir: join(dir, 'files'),
    journalDir: join(dir, 'simulator'),
    async close() {
      lock.release();
      await removeRun(dir);
    },
  };
}

async function removeAbandoned(demoDir: string): Promise<void> {
  for (const name of await readdir(demoDir)) {
    if (!name.startsWith(prefix)) continue;
    const dir = join(demoDir, name);
    try {
      (await lockHome(dir)).release();
    } catch (error) {
      // A run that still goes on holds the lock; whatever else is wrong with it is no reason not to start.
      if (error instanceof EmbeddedError) continue;
      throw error;
    }
    await removeRun(dir);
  }
}

async function removeRun(dir: string): Promise<void> {
  // Root's Postgres may not enter root's folders: its data is then a link to a folder of its own elsewhere.
  const data = await realpath(join(dir, 'postgres')).catch(() => undefined);
  if (data !== undefined && !data.startsWith(await realpath(dir))) {
    await rm(dirname(data), { recursive: true, force: true });
  }
  await rm(dir, { recursive: true, force: true, maxRetries: 3 });
}
