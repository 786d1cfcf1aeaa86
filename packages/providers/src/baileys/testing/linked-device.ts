import { type BinaryNode, Curve, generateSignalPubKey, type proto } from 'baileys';
import { bigEndian, bytesOf, childOf, childrenOf, node } from './nodes.ts';

/** A one-time key that a device left at the server. */
export interface StoredPreKey {
  readonly id: number;
  readonly value: Buffer;
}

/** A device that was linked to a phone, as the server knows it. */
export interface LinkedDevice {
  readonly phone: string;
  /** With its device number: `5511900000001:7@s.whatsapp.net`. */
  readonly jid: string;
  readonly lid: string;
  readonly noiseKey: Buffer;
  readonly identityKey: Buffer;
  readonly registrationId: number;
  signedPreKey: StoredPreKey & { readonly signature: Buffer };
  readonly preKeys: StoredPreKey[];
}

/** What a device told of itself when it asked to be linked. */
export function deviceOf(
  pairing: proto.ClientPayload.IDevicePairingRegistrationData,
  rest: Pick<LinkedDevice, 'phone' | 'jid' | 'lid' | 'noiseKey'>,
): LinkedDevice {
  const { eRegid, eIdent, eSkeyId, eSkeyVal, eSkeySig } = pairing;
  if (!eRegid || !eIdent || !eSkeyId || !eSkeyVal || !eSkeySig)
    throw new Error('keys of the device are missing');
  const device: LinkedDevice = {
    ...rest,
    identityKey: Buffer.from(eIdent),
    registrationId: Buffer.from(eRegid).readUInt32BE(),
    signedPreKey: {
      id: Buffer.from(eSkeyId).readUIntBE(0, 3),
      value: Buffer.from(eSkeyVal),
      signature: Buffer.from(eSkeySig),
    },
    preKeys: [],
  };
  checkSigned(device, device.signedPreKey);
  return device;
}

/** Takes over the keys of an upload. */
export function storePreKeys(device: LinkedDevice, upload: BinaryNode): void {
  if (!bytesOf(upload, 'identity').equals(device.identityKey))
    throw new Error('an upload for another identity');
  if (bytesOf(upload, 'registration').readUInt32BE() !== device.registrationId) {
    throw new Error('an upload for another registration');
  }
  device.signedPreKey = signedPreKeyOf(device, childOf(upload, 'skey'));
  const keys = childrenOf(childOf(upload, 'list'), 'key');
  if (keys.length === 0) throw new Error('an upload without keys');
  device.preKeys.push(
    ...keys.map((key) => ({ id: bytesOf(key, 'id').readUIntBE(0, 3), value: bytesOf(key, 'value') })),
  );
}

/** Reads and checks a signed key. */
export function signedPreKeyOf(device: LinkedDevice, skey: BinaryNode): LinkedDevice['signedPreKey'] {
  const key = {
    id: bytesOf(skey, 'id').readUIntBE(0, 3),
    value: bytesOf(skey, 'value'),
    signature: bytesOf(skey, 'signature'),
  };
  checkSigned(device, key);
  return key;
}

function checkSigned(device: LinkedDevice, { value, signature }: LinkedDevice['signedPreKey']): void {
  const isSigned = Curve.verify(device.identityKey, Buffer.from(generateSignalPubKey(value)), signature);
  if (!isSigned) throw new Error('a signed key whose signature is wrong');
}

/** A bundle of keys as the server hands it out, one user of a list. */
export function bundleNode(
  jid: string,
  keys: {
    readonly registrationId: number;
    readonly identityKey: Uint8Array;
    readonly signedPreKey: {
      readonly id: number;
      readonly value: Uint8Array;
      readonly signature: Uint8Array;
    };
    readonly preKey: { readonly id: number; readonly value: Uint8Array };
  },
): BinaryNode {
  const { registrationId, identityKey, signedPreKey, preKey } = keys;
  return node('user', { jid }, [
    node('registration', {}, bigEndian(registrationId, 4)),
    node('type', {}, Buffer.from([5])),
    node('identity', {}, identityKey),
    node('skey', {}, [
      node('id', {}, bigEndian(signedPreKey.id, 3)),
      node('value', {}, signedPreKey.value),
      node('signature', {}, signedPreKey.signature),
    ]),
    node('key', {}, [node('id', {}, bigEndian(preKey.id, 3)), node('value', {}, preKey.value)]),
  ]);
}
