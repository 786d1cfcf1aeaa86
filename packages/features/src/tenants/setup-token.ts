import { createHash } from 'node:crypto';

/** What is stored of the one-time setup token. It is long and random, so a plain hash is enough. */
export function hashSetupToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
