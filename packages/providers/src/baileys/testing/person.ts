import {
  addTransactionCapability,
  type BinaryNode,
  Curve,
  DEFAULT_CONNECTION_CONFIG,
  encodeWAMessage,
  generateSignalPubKey,
  initAuthCreds,
  type KeyPair,
  proto,
  type SignalDataSet,
  type SignalDataTypeMap,
  type SignalRepositoryWithLIDStore,
  unpadRandomMax16,
} from 'baileys';
import { silentLogger } from '../silent-logger.ts';
import { bundleNode, type LinkedDevice } from './linked-device.ts';

/** Ciphertext for one device. */
export interface Sealed {
  readonly type: 'pkmsg' | 'msg';
  readonly ciphertext: Uint8Array;
}

/** Somebody with WhatsApp on a phone and real Signal keys: whoever writes to them must do it right. */
export interface StandInPerson {
  /** E.164 with its plus sign. */
  readonly phone: string;
  /** `5511912345678@s.whatsapp.net`. */
  readonly jid: string;
  /** `100011912345678@lid`. */
  readonly lid: string;
  readonly name: string;
  /** Who the phone is to others, and what it signs its linked devices with. */
  readonly identity: KeyPair;
  /** A bundle of keys with a fresh one-time key, for whoever asks under that address. */
  bundle(jid: string): BinaryNode;
  /** What a device wrote; rejects when it cannot be decrypted. */
  open(from: string, sealed: Sealed): Promise<proto.IMessage>;
  /** Writes for a device, whose bundle is taken when there is no session yet. */
  seal(device: LinkedDevice, message: proto.IMessage): Promise<Sealed>;
  /** Forgets all sessions, as after a new installation. */
  forgetSessions(): void;
}

export function createPerson(phone: string, name: string): StandInPerson {
  const creds = initAuthCreds();
  const stored = new Map<string, unknown>();
  const keys = addTransactionCapability(
    {
      get<T extends keyof SignalDataTypeMap>(type: T, ids: string[]) {
        const found: { [id: string]: SignalDataTypeMap[T] } = {};
        for (const id of ids) {
          const value = stored.get(`${type}/${id}`);
          // Whatever lies under a type's name was put there as that type.
          if (value !== undefined) found[id] = value as SignalDataTypeMap[T];
        }
        return found;
      },
      set(data: SignalDataSet) {
        for (const [type, entries] of Object.entries(data)) {
          for (const [id, value] of Object.entries(entries)) {
            if (value === null) stored.delete(`${type}/${id}`);
            else stored.set(`${type}/${id}`, value);
          }
        }
      },
    },
    silentLogger,
    { maxCommitRetries: 1, delayBetweenTriesMs: 0 },
  );
  const openRepository = (): SignalRepositoryWithLIDStore =>
    DEFAULT_CONNECTION_CONFIG.makeSignalRepository({ creds, keys }, silentLogger, () => Promise.resolve([]));
  const repository = openRepository();
  let lastPreKey = 0;
  const digits = phone.slice(1);

  return {
    phone,
    jid: `${digits}@s.whatsapp.net`,
    lid: `1000${digits.slice(-11)}@lid`,
    name,
    identity: creds.signedIdentityKey,
    bundle(jid) {
      const id = ++lastPreKey;
      const pair = Curve.generateKeyPair();
      stored.set(`pre-key/${id}`, pair);
      const { registrationId, signedIdentityKey, signedPreKey } = creds;
      return bundleNode(jid, {
        registrationId,
        identityKey: signedIdentityKey.public,
        signedPreKey: {
          id: signedPreKey.keyId,
          value: signedPreKey.keyPair.public,
          signature: signedPreKey.signature,
        },
        preKey: { id, value: pair.public },
      });
    },
    async open(jid, { type, ciphertext }) {
      const padded = await repository.decryptMessage({ jid, type, ciphertext });
      return proto.Message.decode(unpadRandomMax16(padded));
    },
    async seal(device, message) {
      if (!(await repository.validateSession(device.lid)).exists) {
        const preKey = device.preKeys.shift();
        if (preKey === undefined) throw new Error('the device has no one-time keys left');
        const { registrationId, identityKey, signedPreKey } = device;
        await repository.injectE2ESession({
          jid: device.lid,
          session: {
            registrationId,
            identityKey: generateSignalPubKey(identityKey),
            signedPreKey: {
              keyId: signedPreKey.id,
              publicKey: generateSignalPubKey(signedPreKey.value),
              signature: signedPreKey.signature,
            },
            preKey: { keyId: preKey.id, publicKey: generateSignalPubKey(preKey.value) },
          },
        });
      }
      return repository.encryptMessage({ jid: device.lid, data: encodeWAMessage(message) });
    },
    forgetSessions() {
      for (const key of stored.keys()) if (key.startsWith('session/')) stored.delete(key);
    },
  };
}
