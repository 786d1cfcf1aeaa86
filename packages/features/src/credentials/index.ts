export { createCredentialsKey, createKeyRing, isCredentialsKey, readKeyRing } from './key-ring.ts';
export type { KeyRing, KeyRingOptions, SealOwner } from './key-ring.ts';
export { resealAll, usedKeyIds } from './reseal.ts';
export { openSecret, sealSecret } from './seal.ts';
export type { SealContext } from './seal.ts';
export { readCredentials, writeCredentials } from './stored-credentials.ts';
