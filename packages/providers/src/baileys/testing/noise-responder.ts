import {
  aesDecryptGCM,
  aesEncryptGCM,
  Curve,
  hkdf,
  type KeyPair,
  NOISE_MODE,
  NOISE_WA_HEADER,
  proto,
  sha256,
} from 'baileys';
import type { ServerIdentity } from './server-identity.ts';

/** The two directions of a stream after its handshake. */
export interface NoiseTransport {
  readonly seal: (plain: Uint8Array) => Buffer;
  readonly open: (sealed: Uint8Array) => Buffer;
}

/** What a client told at the end of the handshake. */
export interface NoiseClient {
  readonly transport: NoiseTransport;
  /** The client's static key: who it is. */
  readonly noiseKey: Buffer;
  readonly payload: proto.ClientPayload;
}

const empty = Buffer.alloc(0);

/** The server's side of `Noise_XX_25519_AESGCM_SHA256` as WhatsApp wraps it: hello in, hello out, finish in. */
export function createNoiseResponder(identity: ServerIdentity): {
  readonly answer: (hello: Uint8Array) => Uint8Array;
  readonly finish: (finish: Uint8Array) => NoiseClient;
} {
  const ephemeral: KeyPair = Curve.generateKeyPair();
  let hash: Buffer = Buffer.from(NOISE_MODE);
  let salt = hash;
  let key = hash;
  let counter = 0;

  const authenticate = (data: Uint8Array): void => {
    hash = sha256(Buffer.concat([hash, data]));
  };
  const mix = (data: Uint8Array): void => {
    const mixed = Buffer.from(hkdf(data, 64, { salt, info: '' }));
    salt = mixed.subarray(0, 32);
    key = mixed.subarray(32);
    counter = 0;
  };
  const seal = (plain: Uint8Array): Buffer => {
    const sealed = aesEncryptGCM(plain, key, nonce(counter++), hash);
    authenticate(sealed);
    return sealed;
  };
  const open = (sealed: Uint8Array): Buffer => {
    const plain = aesDecryptGCM(sealed, key, nonce(counter++), hash);
    authenticate(sealed);
    return plain;
  };

  return {
    answer(hello) {
      const theirs = required(proto.HandshakeMessage.decode(hello).clientHello?.ephemeral);
      authenticate(NOISE_WA_HEADER);
      authenticate(theirs);
      authenticate(ephemeral.public);
      mix(Curve.sharedKey(ephemeral.private, theirs));
      const sealedStatic = seal(identity.key.public);
      mix(Curve.sharedKey(identity.key.private, theirs));
      const payload = seal(identity.certificate);
      const serverHello = { ephemeral: ephemeral.public, static: sealedStatic, payload };
      return proto.HandshakeMessage.encode({ serverHello }).finish();
    },
    finish(finish) {
      const { clientFinish } = proto.HandshakeMessage.decode(finish);
      const noiseKey = open(required(clientFinish?.static));
      mix(Curve.sharedKey(ephemeral.private, noiseKey));
      const payload = proto.ClientPayload.decode(open(required(clientFinish?.payload)));
      const keys = Buffer.from(hkdf(empty, 64, { salt, info: '' }));
      return { transport: transportOf(keys), noiseKey, payload };
    },
  };
}

/** The client writes with the first half, the server with the second. */
function transportOf(keys: Buffer): NoiseTransport {
  const read = keys.subarray(0, 32);
  const write = keys.subarray(32);
  let readCounter = 0;
  let writeCounter = 0;
  return {
    seal: (plain) => aesEncryptGCM(plain, write, nonce(writeCounter++), empty),
    open: (sealed) => aesDecryptGCM(sealed, read, nonce(readCounter++), empty),
  };
}

function nonce(counter: number): Buffer {
  const iv = Buffer.alloc(12);
  iv.writeUInt32BE(counter, 8);
  return iv;
}

function required(bytes: Uint8Array | null | undefined): Uint8Array {
  if (bytes === null || bytes === undefined) throw new Error('a part of the handshake is missing');
  return bytes;
}
