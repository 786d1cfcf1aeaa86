import { type BinaryNode, jidNormalizedUser } from 'baileys';
import type { DeviceStream } from './device-stream.ts';
import type { LinkedDevice } from './linked-device.ts';
import type { createCodeExchange } from './linking.ts';
import type { StandInPerson } from './person.ts';

/** The address of the server itself. */
export const serverAddress = '@s.whatsapp.net';

/** A connection, and who is at its other end as far as that is known. */
export interface Visitor {
  readonly stream: DeviceStream;
  device?: LinkedDevice;
  /** What its QR names. */
  ref?: string;
  /** It shows a code instead, and this is how it greeted the phone. */
  hello?: BinaryNode;
  codeExchange?: ReturnType<typeof createCodeExchange>;
  /** A phone has vouched for it, and it has not countersigned yet. */
  linking?: { readonly phone: StandInPerson; readonly identityKey: Buffer; readonly details: Uint8Array };
}

/** Everybody the server knows. */
export interface Registry {
  readonly visitors: Set<Visitor>;
  /** Devices that were linked. */
  readonly devices: LinkedDevice[];
  /** Whoever is behind an address, with or without a device. */
  personAt(address: string): StandInPerson | undefined;
  devicesOf(person: StandInPerson): readonly LinkedDevice[];
  register(person: StandInPerson, aliases?: readonly string[]): void;
  /** Sends to a device, if it is connected. */
  toDevice(jid: string, stanza: BinaryNode): void;
}

export function createRegistry(): Registry {
  const people = new Map<string, StandInPerson>();
  const devices: LinkedDevice[] = [];
  const visitors = new Set<Visitor>();
  return {
    visitors,
    devices,
    personAt: (address) => people.get(jidNormalizedUser(address)),
    devicesOf: (person) => devices.filter(({ phone }) => phone === person.phone),
    register(person, aliases = []) {
      people.set(person.jid, person);
      people.set(person.lid, person);
      for (const alias of aliases) people.set(`${alias.slice(1)}@s.whatsapp.net`, person);
    },
    toDevice(jid, stanza) {
      for (const { device, stream } of visitors) if (device?.jid === jid) stream.send(stanza);
    },
  };
}
