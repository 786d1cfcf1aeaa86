import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getuid, pid } from 'node:process';
import { DatabaseSync } from 'node:sqlite';
import { EmbeddedError, explainFileError } from './embedded-error.ts';

/** The right to be the only one who uses a home folder. */
export interface HomeLock {
  /** Gives the folder back. Idempotent. */
  release(): void;
}

/**
 * Takes the lock of `homeDir`, creating the folder. It is a lock of the operating system (held through SQLite,
 * the one portable way Node has), so it goes with the process that holds it, however that ends.
 *
 * @throws EmbeddedError `already_running` when another process has it; `not_writable` or `disk_full`
 */
export async function lockHome(homeDir: string): Promise<HomeLock> {
  const holderFile = join(homeDir, 'running.pid');
  let database: DatabaseSync | undefined;
  try {
    await openFolder(homeDir);
    database = new DatabaseSync(join(homeDir, 'lock'), { timeout: 0 });
    database.exec('pragma journal_mode = memory; begin exclusive');
    await writeFile(holderFile, `${pid}\n`);
  } catch (error) {
    if (database?.isOpen) database.close();
    throw await explain(error, homeDir, holderFile);
  }
  return {
    release: () => {
      if (database.isOpen) database.close();
    },
  };
}

/** The folder is for its owner only; root's Postgres, who is another user, may pass through. */
async function openFolder(homeDir: string): Promise<void> {
  await mkdir(homeDir, { recursive: true });
  const { mode, uid } = await stat(homeDir);
  const wanted = uid === 0 ? 0o711 : 0o700;
  if ((mode & 0o777) !== wanted && uid === getuid?.()) await chmod(homeDir, wanted);
}

async function explain(error: unknown, homeDir: string, holderFile: string): Promise<unknown> {
  // `errcode` is SQLite's own; 5 is BUSY, 8 READONLY, 13 FULL, 14 CANTOPEN.
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : undefined;
  if (code === undefined) return explainFileError(error, homeDir);
  if (code === 13)
    return explainFileError(Object.assign(new Error('disk full'), { code: 'ENOSPC' }), homeDir);
  if (code !== 5) {
    return explainFileError(
      Object.assign(new Error(String(error), { cause: error }), { code: 'EACCES' }),
      homeDir,
    );
  }
  const holder = (await readFile(holderFile, 'utf8').catch(() => '')).trim();
  return new EmbeddedError(
    'already_running',
    {
      en: `ZapHub is already running on ${homeDir}${holder ? ` (process ${holder})` : ''}.`,
      'pt-BR': `O ZapHub já está em execução em ${homeDir}${holder ? ` (processo ${holder})` : ''}.`,
    },
    {
      en: 'Use the one that runs, stop it first, or start another with ZAPHUB_HOME=/some/other/folder and another ZAPHUB_PORT.',
      'pt-BR':
        'Use o que está em execução, encerre-o antes ou inicie outro com ZAPHUB_HOME=/outra/pasta e outra ZAPHUB_PORT.',
    },
  );
}
