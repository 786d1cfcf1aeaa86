import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { getuid } from 'node:process';
import { promisify } from 'node:util';
import { EmbeddedError } from './embedded-error.ts';

const run = promisify(execFile);

/** The operating system's user that Postgres runs as. */
export interface PostgresAccount {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The account Postgres must run as, or `undefined` for the current user. Postgres refuses to run as root: then
 * it is the user `postgres`, made when there is none.
 *
 * @throws EmbeddedError `unsupported_system` when root cannot make that user
 */
export async function findPostgresAccount(): Promise<PostgresAccount | undefined> {
  if (getuid?.() !== 0) return undefined;
  const existing = await lookUp('postgres');
  if (existing) return existing;
  try {
    await run('useradd', [
      '--system',
      '--user-group',
      '--no-create-home',
      '--shell',
      '/usr/sbin/nologin',
      'postgres',
    ]);
  } catch {
    // Without useradd (or with a read-only /etc) the unprivileged account that every Unix has will do.
  }
  const account = (await lookUp('postgres')) ?? (await lookUp('nobody'));
  if (account) return account;
  throw new EmbeddedError(
    'unsupported_system',
    {
      en: 'Postgres refuses to run as root and no other user could be made for it.',
      'pt-BR': 'O Postgres não roda como root e não foi possível criar outro usuário para ele.',
    },
    {
      en: 'Run ZapHub as an ordinary user, or create a system user named postgres.',
      'pt-BR': 'Execute o ZapHub como um usuário comum ou crie um usuário de sistema chamado postgres.',
    },
  );
}

/** Whether `account` may enter the folder `path` and every folder above it. */
export async function canReach(account: PostgresAccount, path: string): Promise<boolean> {
  for (let current = path; ; current = dirname(current)) {
    const { mode, uid, gid } = await stat(current);
    const enterBit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & enterBit) === 0) return false;
    if (current === dirname(current)) return true;
  }
}

async function lookUp(name: string): Promise<PostgresAccount | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined; // `id` fails for a name that does not exist.
  }
}
