import { type BinaryNode, proto } from 'baileys';
import type { LinkedDevice } from './linked-device.ts';
import { attrOf, bytesOf, childOf, childrenOf, expectOnly } from './nodes.ts';
import type { Sealed, StandInPerson } from './person.ts';

/** A message that reached a phone and was decrypted there. */
export interface DeliveredMessage {
  readonly id: string;
  /** The device that sent it. */
  readonly from: string;
  /** The address it was sent to, and the number of whoever is there. */
  readonly to: string;
  readonly phone: string;
  readonly message: proto.IMessage;
}

/** What a stanza says, before anybody has read it. */
export interface Letter {
  readonly id: string;
  readonly to: string;
  readonly copies: readonly { readonly jid: string; readonly sealed: Sealed }[];
}

/** Reads a message stanza strictly; throws for whatever the real server would not take either. */
export function readLetter(device: LinkedDevice, stanza: BinaryNode): Letter {
  expectOnly(
    stanza,
    ['id', 'to', 'type', 'device_fanout'],
    ['participants', 'enc', 'device-identity', 'reporting', 'tctoken'],
  );
  const id = attrOf(stanza, 'id');
  const to = attrOf(stanza, 'to');
  if (!/^[0-9A-F]{16,40}$/.test(id)) throw new Error(`${id} is no message id`);
  const type = attrOf(stanza, 'type');
  if (!['text', 'media'].includes(type)) throw new Error(`a message of type ${type}`);
  const copies = copiesOf(stanza, to);
  if (copies.length === 0) throw new Error('a message to no device');
  if (copies.some(({ sealed }) => sealed.type === 'pkmsg')) checkIdentity(device, stanza);
  return { id, to, copies };
}

/** A copy for each device; or one alone, for a device that could not read the first. */
function copiesOf(stanza: BinaryNode, to: string): { jid: string; sealed: Sealed }[] {
  const [again] = childrenOf(stanza, 'enc');
  if (again !== undefined) {
    if (stanza.attrs['device_fanout'] !== 'false') throw new Error('one copy, and no word that it is alone');
    return [{ jid: to, sealed: sealedOf(again, ['v', 'type', 'count']) }];
  }
  return childrenOf(childOf(stanza, 'participants'), 'to').map((copy) => {
    expectOnly(copy, ['jid'], ['enc']);
    return { jid: attrOf(copy, 'jid'), sealed: sealedOf(childOf(copy, 'enc'), ['v', 'type', 'mediatype']) };
  });
}

function sealedOf(enc: BinaryNode, attrs: readonly string[]): Sealed {
  expectOnly(enc, attrs);
  const type = attrOf(enc, 'type');
  if (attrOf(enc, 'v') !== '2' || (type !== 'pkmsg' && type !== 'msg')) throw new Error('an unknown cipher');
  return { type, ciphertext: bytesOf(enc) };
}

function checkIdentity(device: LinkedDevice, stanza: BinaryNode): void {
  const { accountSignature, deviceSignature } = proto.ADVSignedDeviceIdentity.decode(
    bytesOf(stanza, 'device-identity'),
  );
  if (!accountSignature?.length || !deviceSignature?.length) {
    throw new Error(`${device.jid} greets without its identity`);
  }
}

/**
 * Decrypts every copy with its reader's keys and gives what the person it is for has read. Every device of both sides
 * must have a copy, except the one that sent it.
 */
export async function openLetter(
  letter: Letter,
  device: LinkedDevice,
  personAt: (address: string) => StandInPerson | undefined,
): Promise<DeliveredMessage> {
  const reader = personAt(letter.to);
  const own = personAt(device.jid);
  if (reader === undefined || own === undefined) throw new Error(`a message to ${letter.to}, who is nobody`);
  let read: proto.IMessage | undefined;
  let hasOwnCopy = reader === own;
  for (const { jid, sealed } of letter.copies) {
    const person = personAt(jid);
    if (person !== reader && person !== own) throw new Error(`a copy for ${jid}, who has no part in it`);
    const message = await person.open(device.lid, sealed);
    if (person === reader) read = message;
    else if (message.deviceSentMessage?.destinationJid === letter.to) hasOwnCopy = true;
    else throw new Error('the copy for the own phone does not say where the message went');
  }
  if (read === undefined) throw new Error('the person it is for has no copy');
  if (!hasOwnCopy && letter.copies.length > 1) throw new Error('the own phone has no copy');
  return { id: letter.id, from: device.jid, to: letter.to, phone: reader.phone, message: read };
}
