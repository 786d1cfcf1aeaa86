import { createHash, hkdfSync, randomBytes } from 'node:crypto';
import { Secret } from '@zaphub/providers';
import { AppError } from '@zaphub/types';

/** The keys that seal what tenants entrust to us: one seals, all open. */
export interface KeyRing {
  /**
   * The id of the key that seals now.
   * @throws AppError `credentials_locked` when this process was given no key
   */
  currentId(): string;
  /** Whether this process was given the named key. */
  has(keyId: string): boolean;
  /**
   * The key of one connection, derived from the named one, so that a key's random numbers are never shared by two.
   * @throws AppError `credentials_locked` for a key that this process was not given
   */
  keyFor(keyId: string, owner: SealOwner): Buffer;
}

/** Whose secret it is: the same bytes open for nobody else. */
export interface SealOwner {
  readonly tenantId: string;
  /** The connection's UUID, or that of another thing that has a secret, such as a webhook's endpoint. */
  readonly connectionId: string;
}

export interface KeyRingOptions {
  /** Seals and opens; absent: nothing can be sealed or opened. */
  readonly key?: Secret | undefined;
  /** Open only: what was sealed with them waits for the rotation. */
  readonly previous?: readonly Secret[] | undefined;
}

const keyBytes = 32;
const idBytes = 4;

/** A fresh key, as it is written into the environment or into a file: 32 random bytes in base64url. */
export function createCredentialsKey(): Secret {
  return new Secret(randomBytes(keyBytes).toString('base64url'));
}

/** Whether a text is a key: 32 bytes in base64 or base64url, or 64 hexadecimal digits. */
export function isCredentialsKey(text: string): boolean {
  return readKey(text) !== undefined;
}

/**
 * Makes a ring of the keys that a process was given. Texts that are no key are refused.
 * @throws RangeError without the text in its message
 */
export function createKeyRing(options: KeyRingOptions): KeyRing {
  const current = options.key === undefined ? undefined : parse(options.key);
  const keys = new Map<string, Buffer>();
  for (const key of [...(options.previous ?? []).map(parse), ...(current === undefined ? [] : [current])]) {
    keys.set(idOf(key), key);
  }
  const currentId = current === undefined ? undefined : idOf(current);
  return {
    currentId() {
      if (currentId === undefined) throw locked('this process has no key for credentials');
      return currentId;
    },
    has: (keyId) => keys.has(keyId),
    keyFor(keyId, { tenantId, connectionId }) {
      const key = keys.get(keyId);
      if (key === undefined) throw locked(`this process does not have the key ${keyId} for credentials`);
      const purpose = `zaphub credentials 1 ${tenantId} ${connectionId}`;
      return Buffer.from(hkdfSync('sha256', key, '', purpose, keyBytes));
    },
  };
}

/**
 * Makes a ring of the keys as the environment names them: the current one, and the previous ones with commas between.
 * @throws RangeError without the text in its message
 */
export function readKeyRing(current: string | undefined, previous: string | undefined): KeyRing {
  const olds = (previous ?? '').split(',').filter((key) => key.trim() !== '');
  return createKeyRing({
    key: current === undefined ? undefined : new Secret(current),
    previous: olds.map((key) => new Secret(key)),
  });
}

/** Says what cannot be opened and what to do; whoever meets it cannot mend it, whoever runs the server can. */
export function locked(message: string, cause?: unknown): AppError {
  return new AppError('credentials_locked', message, cause === undefined ? {} : { cause });
}

function parse(secret: Secret): Buffer {
  const key = readKey(secret.reveal());
  if (key === undefined)
    throw new RangeError('a key for credentials must be 32 bytes in base64, or 64 hexadecimal digits');
  return key;
}

function readKey(given: string): Buffer | undefined {
  const text = given.trim();
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return undefined;
  const key = Buffer.from(text, 'base64url');
  return key.length === keyBytes ? key : undefined;
}

/** Names a key without telling anything of it. */
function idOf(key: Buffer): string {
  return createHash('sha256')
    .update('zaphub key id ')
    .update(key)
    .digest()
    .subarray(0, idBytes)
    .toString('hex');
}
