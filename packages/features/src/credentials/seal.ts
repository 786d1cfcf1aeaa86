import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { type KeyRing, locked, type SealOwner } from './key-ring.ts';

/** What a sealed value is good for: moved to another tenant, connection or name, it does not open. */
export interface SealContext extends SealOwner {
  readonly name: string;
}

/*
 * The envelope: version (1 byte), id of the key (4), nonce (12), tag (16), then the ciphertext of AES-256-GCM. The
 * key is the connection's own, derived from the named one; version and context are authenticated with it.
 */
const version = 1;
const keyIdEnd = 5;
const nonceEnd = 17;
const tagEnd = 33;

/**
 * Encrypts a value for one place and no other.
 * @throws AppError `credentials_locked` when this process was given no key
 */
export function sealSecret(ring: KeyRing, plaintext: string | Uint8Array, context: SealContext): Buffer {
  const keyId = ring.currentId();
  const nonce = randomBytes(nonceEnd - keyIdEnd);
  const cipher = createCipheriv('aes-256-gcm', ring.keyFor(keyId, context), nonce);
  cipher.setAAD(describe(context));
  const ciphertext = Buffer.concat([cipher.update(toBytes(plaintext)), cipher.final()]);
  return Buffer.concat([
    Buffer.of(version),
    Buffer.from(keyId, 'hex'),
    nonce,
    cipher.getAuthTag(),
    ciphertext,
  ]);
}

/**
 * Opens what `sealSecret` made for the same place.
 * @throws AppError `credentials_locked` for a key that is not here, for another place, and for changed bytes
 */
export function openSecret(ring: KeyRing, sealed: Uint8Array, context: SealContext): Buffer {
  const bytes = Buffer.from(sealed);
  if (bytes.length < tagEnd || bytes[0] !== version) throw locked(`${context.name}: not an envelope of ours`);
  const key = ring.keyFor(keyIdOf(bytes), context);
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(keyIdEnd, nonceEnd));
  decipher.setAAD(describe(context));
  decipher.setAuthTag(bytes.subarray(nonceEnd, tagEnd));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(tagEnd)), decipher.final()]);
  } catch (error) {
    throw locked(`${context.name}: sealed for another place, or changed since`, error);
  }
}

/** The id of the key that sealed it. */
export function keyIdOf(sealed: Uint8Array): string {
  return Buffer.from(sealed.subarray(1, keyIdEnd)).toString('hex');
}

function toBytes(plaintext: string | Uint8Array): Uint8Array {
  return typeof plaintext === 'string' ? Buffer.from(plaintext, 'utf8') : plaintext;
}

/** No two contexts are described alike: JSON marks where each part ends. */
function describe({ tenantId, connectionId, name }: SealContext): Buffer {
  return Buffer.from(JSON.stringify([version, tenantId, connectionId, name]));
}
