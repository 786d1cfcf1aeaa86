import type { BinaryNode, proto } from 'baileys';
import { randomBytes } from 'node:crypto';
import { type DeliveredMessage, openLetter, readLetter } from './incoming-message.ts';
import { attrOf, expectOnly, node, nowSeconds } from './nodes.ts';
import type { StandInPerson } from './person.ts';
import type { Registry, Visitor } from './registry.ts';

/** What becomes of one message at the server, other than that it is delivered and acknowledged. */
export type Mishap =
  /** Nothing goes wrong. */
  | { readonly kind: 'none' }
  /** Not taken, with that number. */
  | { readonly kind: 'nack'; readonly error: number }
  /** Delivered, but nobody says so. */
  | { readonly kind: 'no_ack' }
  /** The connection breaks when the message has arrived, or before anybody has got it. */
  | { readonly kind: 'cut'; readonly isDelivered: boolean };

/** Messages and receipts, in both directions. */
export interface PostOffice {
  readonly delivered: DeliveredMessage[];
  /** Inbound messages that a device has confirmed, and what it has acknowledged. */
  readonly confirmed: Set<string>;
  spoil(...mishaps: readonly Mishap[]): void;
  expectAck(key: string): void;
  takeMessage(visitor: Visitor, stanza: BinaryNode): Promise<void>;
  takeAck(ack: BinaryNode): void;
  takeReceipt(receipt: BinaryNode): void;
  /** Tells a device of a message of its own; answers what `confirmed` will hold. */
  receipt(
    message: Pick<DeliveredMessage, 'id' | 'to' | 'from'>,
    type?: 'read' | 'played' | 'retry',
    content?: BinaryNode[],
  ): string;
  /** A person writes to a number's linked devices; answers the message's id. */
  write(
    from: StandInPerson,
    to: StandInPerson,
    message: proto.IMessage,
    attrs?: Readonly<Record<string, string>>,
  ): Promise<string>;
}

export function createPostOffice(registry: Registry, deliversReceipts: boolean): PostOffice {
  const delivered: DeliveredMessage[] = [];
  const confirmed = new Set<string>();
  const mishaps: Mishap[] = [];
  const expectedAcks = new Set<string>();
  const written = new Set<string>();

  const receipt: PostOffice['receipt'] = ({ id, to, from }, type, content) => {
    const attrs = { id, from: to, t: nowSeconds(), ...(type === undefined ? {} : { type }) };
    const key = `receipt ${id} ${type ?? ''}`;
    expectedAcks.add(key);
    registry.toDevice(from, node('receipt', attrs, content));
    return key;
  };

  return {
    delivered,
    confirmed,
    receipt,
    spoil: (...next) => void mishaps.push(...next),
    expectAck: (key) => void expectedAcks.add(key),
    async takeMessage({ device, stream }, stanza) {
      if (device === undefined) throw new Error('a message before the login');
      const letter = readLetter(device, stanza);
      const mishap = mishaps.shift();
      const ack = node('ack', { class: 'message', id: letter.id, from: letter.to, t: nowSeconds() });
      if (mishap?.kind === 'nack') {
        stream.send({ ...ack, attrs: { ...ack.attrs, error: String(mishap.error) } });
        return;
      }
      if (mishap?.kind === 'cut' && !mishap.isDelivered) return stream.cut();
      const message = await openLetter(letter, device, (address) => registry.personAt(address));
      delivered.push(message);
      if (mishap?.kind === 'cut') return stream.cut();
      if (mishap?.kind !== 'no_ack') stream.send(ack);
      if (deliversReceipts) receipt(message);
      return undefined;
    },
    takeAck(ack) {
      expectOnly(ack, ['id', 'to', 'class', 'type', 'participant', 'from', 'recipient', 'error']);
      const key = `${attrOf(ack, 'class')} ${attrOf(ack, 'id')} ${ack.attrs['type'] ?? ''}`;
      if (ack.attrs['class'] === 'message')
        throw new Error(`a message was not taken: ${ack.attrs['error'] ?? 'ack'}`);
      if (!expectedAcks.has(key)) throw new Error(`an acknowledgement of nothing: ${key}`);
      confirmed.add(key);
    },
    takeReceipt(stanza) {
      expectOnly(stanza, ['id', 'to', 'type', 't', 'participant', 'recipient']);
      const id = attrOf(stanza, 'id');
      const type = stanza.attrs['type'] ?? '';
      if (!written.has(id)) throw new Error(`a receipt for ${id}, which nobody wrote`);
      if (!['', 'inactive', 'sender', 'hist_sync'].includes(type))
        throw new Error(`a receipt of type ${type}`);
      confirmed.add(id);
    },
    async write(from, to, message, attrs = {}) {
      const id = attrs['id'] ?? `3A${randomBytes(9).toString('hex').toUpperCase()}`;
      written.add(id);
      for (const device of registry.devicesOf(to)) {
        const { type, ciphertext } = await from.seal(device, message);
        const head = { id, from: from.lid, type: 'text', t: nowSeconds(), notify: from.name };
        const all = { ...head, sender_pn: from.jid, ...attrs };
        registry.toDevice(device.jid, node('message', all, [node('enc', { v: '2', type }, ciphertext)]));
      }
      return id;
    },
  };
}
