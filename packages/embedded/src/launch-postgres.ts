import { spawn, type ChildProcess } from 'node:child_process';
import { open, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { EmbeddedError, explainFileError } from './embedded-error.ts';
import type { GuardOrder } from './guard-order.ts';

const readyTimeoutMs = 120_000;
const maxLogBytes = 10_000_000;

/** How a launch ended: with a server that accepts connections, or with what it wrote before it gave up. */
export type Launch =
  | { readonly state: 'ready'; readonly exited: Promise<number>; readonly close: ClosePostgres }
  | { readonly state: 'failed'; readonly log: string };

/** Shuts a server down and resolves when it is gone: `fast` writes a checkpoint, `immediate` is a crash. Idempotent. */
export type ClosePostgres = (mode?: 'fast' | 'immediate') => Promise<void>;

/**
 * Runs Postgres under a guard process and resolves when it accepts connections or has ended.
 *
 * @throws the signal's reason when it is aborted, or EmbeddedError `start_failed` after two minutes; the server is
 * stopped then
 */
export async function launchPostgres(order: GuardOrder, signal: AbortSignal | undefined): Promise<Launch> {
  const before = await readPidFile(order.dataDir);
  const logPath = `${order.dataDir}.log`;
  const log = await openLog(logPath);
  const guard = spawn(
    execPath,
    [fileURLToPath(new URL('guard.ts', import.meta.url)), JSON.stringify(order)],
    {
      cwd: '/',
      // A session of its own: Ctrl-C in the terminal reaches ZapHub, which then decides.
      detached: true,
      stdio: ['pipe', 'ignore', log.handle.fd],
      windowsHide: true,
    },
  );
  const exited = new Promise<number>((resolve) => {
    guard.once('exit', (code) => resolve(code ?? 1));
    guard.once('error', () => resolve(1));
  });
  await log.handle.close();
  const close = async (mode: 'fast' | 'immediate' = 'fast') => {
    tell(guard, mode);
    await exited;
  };
  try {
    if (await isReady(order.dataDir, before, exited, signal)) return { state: 'ready', exited, close };
  } catch (error) {
    await close('immediate');
    throw error;
  }
  const text = await readFile(logPath, 'utf8').catch(() => '');
  return { state: 'failed', log: text.slice(log.start) };
}

/** Resolves true once Postgres says so in its pid file (as `pg_ctl` waits), false when it ended instead. */
async function isReady(
  dataDir: string,
  before: PidFile,
  exited: Promise<number>,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  let ended = false;
  void exited.then(() => (ended = true));
  for (const giveUpAt = performance.now() + readyTimeoutMs; performance.now() < giveUpAt; await delay(15)) {
    signal?.throwIfAborted();
    if (ended) return false;
    const now = await readPidFile(dataDir);
    // A crash leaves the old file behind, and it says "ready" as well.
    if (now.status === 'ready' && now.owner !== before.owner) return true;
  }
  throw new EmbeddedError(
    'start_failed',
    {
      en: `The database did not get ready within ${readyTimeoutMs / 1000} seconds.`,
      'pt-BR': `O banco de dados não ficou pronto em ${readyTimeoutMs / 1000} segundos.`,
    },
    {
      en: `Your data was not touched. The reason is in ${dataDir}.log; trying again may help after a crash.`,
      'pt-BR': `Seus dados não foram alterados. O motivo está em ${dataDir}.log; depois de uma queda, tentar de novo pode resolver.`,
    },
  );
}

interface PidFile {
  /** Process id and start time. */
  readonly owner: string;
  readonly status: string;
}

async function readPidFile(dataDir: string): Promise<PidFile> {
  const text = await readFile(join(dataDir, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n');
  return { owner: `${lines[0]} ${lines[2]}`, status: lines[7]?.trim() ?? '' };
}

function tell(guard: ChildProcess, mode: 'fast' | 'immediate'): void {
  // A guard that has ended already closes the pipe: `exited` tells.
  guard.stdin?.once('error', () => undefined);
  guard.stdin?.write(mode === 'fast' ? 'f' : 'i');
}

async function openLog(path: string) {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  try {
    if (size > maxLogBytes) await rename(path, `${path}.1`);
    return { handle: await open(path, 'a', 0o600), start: size > maxLogBytes ? 0 : size };
  } catch (error) {
    throw explainFileError(error, path);
  }
}
