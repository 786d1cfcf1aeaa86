import { resolve } from 'node:path';
import { EmbeddedError } from './embedded-error.ts';
import { lockHome } from './home-lock.ts';
import { recallPorts } from './remembered-ports.ts';
import { loadSecrets } from './secrets.ts';
import type { EmbeddedServices } from './start-embedded.ts';
import { databaseUrls } from './supabase-bootstrap.ts';

/** How to reach embedded services that another process started. */
export type RunningServices = Pick<EmbeddedServices, 'urls' | 'supabase'>;

/**
 * The services that another process runs on `homeDir`, or `undefined` when nobody does. They end with that
 * process; one that is still starting, on a new folder, counts as not running.
 *
 * @throws EmbeddedError `not_writable` for a folder that cannot be looked into
 */
export async function findRunning(homeDir: string): Promise<RunningServices | undefined> {
  const folder = resolve(homeDir);
  if (!(await isLocked(folder))) return undefined;
  const ports = await recallPorts(folder);
  if (ports.postgres === undefined || ports.supabase === undefined) return undefined;
  const { passwords, publishableKey, secretKey, jwtSecret } = await loadSecrets(folder);
  const { owner, api, system, queues } = databaseUrls(ports.postgres, passwords);
  const url = `http://127.0.0.1:${ports.supabase}`;
  return { urls: { owner, api, system, queues }, supabase: { url, publishableKey, secretKey, jwtSecret } };
}

async function isLocked(homeDir: string): Promise<boolean> {
  try {
    const lock = await lockHome(homeDir);
    lock.release();
    return false;
  } catch (error) {
    if (error instanceof EmbeddedError && error.code === 'already_running') return true;
    throw error;
  }
}
