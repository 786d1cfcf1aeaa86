import {
  aesDecryptCTR,
  aesDecryptGCM,
  aesEncryptCTR,
  type BinaryNode,
  Curve,
  derivePairingCodeKey,
  hkdf,
  hmacSign,
  type KeyPair,
  proto,
  WA_ADV_ACCOUNT_SIG_PREFIX,
  WA_ADV_DEVICE_SIG_PREFIX,
} from 'baileys';
import { randomBytes } from 'node:crypto';
import { bytesOf, childOf, node } from './nodes.ts';

/** What a QR says. */
export interface ScannedCode {
  readonly ref: string;
  readonly noiseKey: Buffer;
  readonly identityKey: Buffer;
  readonly advSecret: Buffer;
}

/** Reads a QR as the phone's camera does. */
export function readCode(code: string): ScannedCode {
  const [ref, noiseKey, identityKey, advSecret, platform, ...rest] = (code.split('#')[1] ?? '').split(',');
  if (!ref || !noiseKey || !identityKey || !advSecret || !platform || rest.length > 0) {
    throw new Error('not a code that links a device');
  }
  const bytes = (text: string): Buffer => Buffer.from(text, 'base64');
  return { ref, noiseKey: bytes(noiseKey), identityKey: bytes(identityKey), advSecret: bytes(advSecret) };
}

/** The phone's word that a device is its own, as `pair-success` carries it. */
export function vouchFor(
  phone: KeyPair,
  { identityKey, advSecret }: Pick<ScannedCode, 'identityKey' | 'advSecret'>,
): { readonly details: Uint8Array; readonly sealed: Uint8Array } {
  const details = proto.ADVDeviceIdentity.encode({
    rawId: 1,
    timestamp: Math.floor(Date.now() / 1_000),
    keyIndex: 1,
  }).finish();
  const accountSignature = Curve.sign(
    phone.private,
    Buffer.concat([WA_ADV_ACCOUNT_SIG_PREFIX, details, identityKey]),
  );
  const signed = proto.ADVSignedDeviceIdentity.encode({
    details,
    accountSignatureKey: phone.public,
    accountSignature,
  }).finish();
  const hmac = hmacSign(signed, advSecret);
  return { details, sealed: proto.ADVSignedDeviceIdentityHMAC.encode({ details: signed, hmac }).finish() };
}

/** Checks that the device has countersigned; throws when it has not. */
export function checkCountersigned(
  reply: BinaryNode,
  vouched: { readonly phoneKey: Uint8Array; readonly identityKey: Uint8Array; readonly details: Uint8Array },
): void {
  const { deviceSignature, details } = proto.ADVSignedDeviceIdentity.decode(
    bytesOf(childOf(reply, 'pair-device-sign'), 'device-identity'),
  );
  const said = Buffer.concat([
    WA_ADV_DEVICE_SIG_PREFIX,
    vouched.details,
    vouched.identityKey,
    vouched.phoneKey,
  ]);
  if (!details || !Buffer.from(details).equals(vouched.details))
    throw new Error('another identity came back');
  if (!deviceSignature || !Curve.verify(vouched.identityKey, said, deviceSignature)) {
    throw new Error('the device has not signed its identity');
  }
}

/** Linking by a code of eight letters: the phone's half of the exchange. */
export function createCodeExchange(phone: KeyPair): {
  /** The phone's greeting, once its owner has typed the code; throws when the code is another one. */
  readonly greet: (hello: BinaryNode, code: string) => Promise<BinaryNode>;
  /** Ends the exchange with what a QR would have told. */
  readonly finish: (finish: BinaryNode) => Omit<ScannedCode, 'ref' | 'noiseKey'>;
} {
  const ephemeral = Curve.generateKeyPair();
  let companion: Buffer | undefined;

  return {
    async greet(hello, code) {
      const wrapped = bytesOf(hello, 'link_code_pairing_wrapped_companion_ephemeral_pub');
      const theirs = await derivePairingCodeKey(code, wrapped.subarray(0, 32));
      companion = aesDecryptCTR(wrapped.subarray(48, 80), theirs, wrapped.subarray(32, 48));
      const salt = randomBytes(32);
      const iv = randomBytes(16);
      const ours = aesEncryptCTR(ephemeral.public, await derivePairingCodeKey(code, salt), iv);
      return node('link_code_companion_reg', { stage: 'primary_hello' }, [
        node('link_code_pairing_wrapped_primary_ephemeral_pub', {}, Buffer.concat([salt, iv, ours])),
        node('primary_identity_pub', {}, phone.public),
        node('link_code_pairing_ref', {}, Buffer.from('code-ref')),
      ]);
    },
    finish(finish) {
      if (companion === undefined) throw new Error('an end without a beginning');
      const wrapped = bytesOf(finish, 'link_code_pairing_wrapped_key_bundle');
      const identityKey = bytesOf(finish, 'companion_identity_public');
      const shared = Curve.sharedKey(ephemeral.private, companion);
      const key = hkdf(shared, 32, {
        salt: wrapped.subarray(0, 32),
        info: 'link_code_pairing_key_bundle_encryption_key',
      });
      // Fails here when the code that was typed is not the one that was shown.
      const bundle = aesDecryptGCM(wrapped.subarray(44), key, wrapped.subarray(32, 44), Buffer.alloc(0));
      if (!bundle.subarray(0, 32).equals(identityKey) || !bundle.subarray(32, 64).equals(phone.public)) {
        throw new Error('the bundle is for others');
      }
      const identityShared = Curve.sharedKey(phone.private, identityKey);
      const secret = Buffer.concat([shared, identityShared, bundle.subarray(64)]);
      return { identityKey, advSecret: Buffer.from(hkdf(secret, 32, { info: 'adv_secret' })) };
    },
  };
}
