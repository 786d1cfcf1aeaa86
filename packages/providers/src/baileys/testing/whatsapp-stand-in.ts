import { type BinaryNode, jidNormalizedUser, type proto } from 'baileys';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { WebSocketServer } from 'ws';
import { acceptStream, type DeviceStream } from './device-stream.ts';
import { type DeliveredMessage, openLetter, readLetter } from './incoming-message.ts';
import { answerOf } from './iq-answers.ts';
import { deviceOf, type LinkedDevice } from './linked-device.ts';
import { checkCountersigned, createCodeExchange, readCode, type ScannedCode, vouchFor } from './linking.ts';
import { attrOf, childOf, expectOnly, node, nowSeconds } from './nodes.ts';
import { createPerson, type StandInPerson } from './person.ts';
import { createServerIdentity } from './server-identity.ts';

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

/** The phone that a number belongs to, which links devices. */
export interface StandInPhone extends StandInPerson {
  scan(code: string): void;
  /** Types a code that a device shows; waits until one does, and resolves when the phone has answered. */
  enterCode(code: string): Promise<void>;
  /** Its owner removes every linked device. */
  unlinkAll(): void;
}

export interface StandInOptions {
  /** Every message that arrives is answered with a `delivered` receipt; default true. */
  readonly deliversReceipts?: boolean;
  /** Where files are uploaded to: host and port. */
  readonly mediaHost?: string;
  /** Speaks TLS with this key and certificate for `localhost`. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** WhatsApp's server, as far as a linked device needs it, and strict: what it does not know is an error. */
export interface WhatsAppStandIn {
  readonly url: string;
  /** What a client did that it must not do. A test that ends with one has failed. */
  readonly errors: readonly string[];
  /** In the order of arrival. */
  readonly delivered: readonly DeliveredMessage[];
  /** Ids of inbound messages that a device has confirmed, and of receipts that it has acknowledged. */
  readonly confirmed: ReadonlySet<string>;
  addPhone(phone: string): StandInPhone;
  /** `aliases`: other numbers under which the same person is found. */
  addPerson(phone: string, name: string, aliases?: readonly string[]): StandInPerson;
  /** The next messages go wrong in these ways, one each. */
  spoil(...mishaps: Mishap[]): void;
  receipt(
    message: Pick<DeliveredMessage, 'id' | 'to' | 'from'>,
    type?: 'read' | 'played' | 'retry',
    content?: BinaryNode[],
  ): string;
  /** A person writes to a number's linked devices; answers the message's id. */
  write(
    from: StandInPerson,
    to: StandInPhone,
    message: proto.IMessage,
    attrs?: Record<string, string>,
  ): Promise<string>;
  /** Sends a stanza as it is to every connected device. */
  send(stanza: BinaryNode): void;
  /** Ends every stream with that code or reason, as the server does. */
  fail(error: { readonly code?: number; readonly reason?: string }): void;
  /** Answers the next login with a failure. */
  refuseLogin(reason: number): void;
  /** Cuts every connection without a word. */
  cut(): void;
  /** From now on answers nothing, as a network that has gone silent. */
  freeze(isFrozen: boolean): void;
  readonly connections: number;
  close(): Promise<void>;
}

interface Visitor {
  readonly stream: DeviceStream;
  device?: LinkedDevice;
  ref?: string;
  hello?: BinaryNode;
  codeExchange?: ReturnType<typeof createCodeExchange>;
  linking?: { readonly phone: StandInPerson; readonly identityKey: Buffer; readonly details: Uint8Array };
  isFrozen?: boolean;
}

const server = '@s.whatsapp.net';

/** Listens on a free port of this machine. */
export async function openWhatsAppStandIn(options: StandInOptions = {}): Promise<WhatsAppStandIn> {
  const identity = createServerIdentity();
  const { tls } = options;
  const web = tls === undefined ? createServer() : createTlsServer(tls);
  const sockets = new WebSocketServer({ server: web });
  await once(web.listen(0, '127.0.0.1'), 'listening');
  const errors: string[] = [];
  const delivered: DeliveredMessage[] = [];
  const confirmed = new Set<string>();
  const people = new Map<string, StandInPerson>();
  const devices: LinkedDevice[] = [];
  const visitors = new Set<Visitor>();
  const mishaps: Mishap[] = [];
  const expectedAcks = new Set<string>();
  const written = new Set<string>();
  const loginFailures: number[] = [];
  const greeted = new Set<() => void>();
  let serial = 0;
  let isFrozen = false;

  const personAt = (address: string): StandInPerson | undefined => people.get(jidNormalizedUser(address));
  const directory = {
    personAt,
    devicesOf: (person: StandInPerson) => devices.filter(({ phone }) => phone === person.phone),
    mediaHost: options.mediaHost ?? 'media.invalid',
  };
  const register = (person: StandInPerson, aliases: readonly string[] = []): void => {
    people.set(person.jid, person);
    people.set(person.lid, person);
    for (const alias of aliases) people.set(`${alias.slice(1)}@s.whatsapp.net`, person);
  };
  const toDevice = (jid: string, stanza: BinaryNode): void => {
    for (const { device, stream } of visitors) if (device?.jid === jid) stream.send(stanza);
  };

  const link = (
    visitor: Visitor,
    phone: StandInPerson,
    code: Omit<ScannedCode, 'ref' | 'noiseKey'>,
  ): void => {
    const told = visitor.stream.payload.devicePairingData;
    if (!told?.eIdent || !code.identityKey.equals(Buffer.from(told.eIdent))) {
      throw new Error('the code is of another device');
    }
    const { details, sealed } = vouchFor(phone.identity, code);
    visitor.linking = { phone, identityKey: code.identityKey, details };
    const number = ++serial;
    visitor.device = deviceOf(told, {
      phone: phone.phone,
      jid: phone.jid.replace('@', `:${number}@`),
      lid: phone.lid.replace('@', `:${number}@`),
      noiseKey: visitor.stream.noiseKey,
    });
    visitor.stream.send(
      node('iq', { from: server, type: 'set', id: `link-${number}`, t: nowSeconds() }, [
        node('pair-success', {}, [
          node('device-identity', {}, sealed),
          node('device', { jid: visitor.device.jid, lid: visitor.device.lid }),
          node('platform', { name: 'android' }),
        ]),
      ]),
    );
  };

  const answerResult = (visitor: Visitor, iq: BinaryNode): void => {
    const { linking, device, stream } = visitor;
    const id = attrOf(iq, 'id');
    if (id === 'pair-device') return;
    if (!id.startsWith('link-') || linking === undefined || device === undefined) {
      throw new Error(`an answer to ${id}, which nobody asked`);
    }
    checkCountersigned(iq, { ...linking, phoneKey: linking.phone.identity.public });
    devices.push(device);
    delete visitor.linking;
    stream.send(node('stream:error', { code: '515' }));
    stream.end();
  };

  const answerLinkCode = (visitor: Visitor, iq: BinaryNode): void => {
    const asked = childOf(iq, 'link_code_companion_reg');
    const stage = attrOf(asked, 'stage');
    const ref = node('link_code_companion_reg', {}, [
      node('link_code_pairing_ref', {}, Buffer.from('code-ref')),
    ]);
    visitor.stream.send(node('iq', { from: server, type: 'result', id: attrOf(iq, 'id') }, [ref]));
    const phone = personAt(attrOf(asked, 'jid'));
    if (phone === undefined) throw new Error('a code for a number that has no phone');
    if (stage === 'companion_hello') {
      visitor.hello = asked;
      visitor.codeExchange = createCodeExchange(phone.identity);
      for (const look of greeted) look();
    } else if (stage === 'companion_finish' && visitor.codeExchange !== undefined) {
      link(visitor, phone, visitor.codeExchange.finish(asked));
    } else throw new Error(`an unknown stage: ${stage}`);
  };

  const takeIq = (visitor: Visitor, iq: BinaryNode): void => {
    if (iq.attrs['type'] === 'result') return answerResult(visitor, iq);
    if (iq.attrs['xmlns'] === 'md') {
      const [asked] = Array.isArray(iq.content) ? iq.content : [];
      if (asked?.tag === 'link_code_companion_reg') return answerLinkCode(visitor, iq);
      if (asked?.tag !== 'remove-companion-device') throw new Error('an unknown question about devices');
      const at = devices.findIndex(({ jid }) => jid === attrOf(asked, 'jid'));
      if (at < 0) throw new Error('a device that is not linked logs out');
      devices.splice(at, 1);
      visitor.stream.send(node('iq', { from: server, type: 'result', id: attrOf(iq, 'id') }));
      return undefined;
    }
    if (iq.attrs['xmlns'] === 'w:p' && visitor.device === undefined) {
      visitor.stream.send(node('iq', { from: server, type: 'result', id: attrOf(iq, 'id') }));
      return undefined;
    }
    if (visitor.device === undefined) throw new Error('a question before the login');
    const content = answerOf(visitor.device, iq, directory);
    visitor.stream.send(node('iq', { from: server, type: 'result', id: attrOf(iq, 'id') }, content));
    if (iq.attrs['xmlns'] === 'passive') {
      visitor.stream.send(node('ib', { from: server }, [node('offline', { count: '0' })]));
    }
    return undefined;
  };

  const takeMessage = async ({ device, stream }: Visitor, stanza: BinaryNode): Promise<void> => {
    if (device === undefined) throw new Error('a message before the login');
    const letter = readLetter(device, stanza);
    const mishap = mishaps.shift();
    const ack = node('ack', { class: 'message', id: letter.id, from: letter.to, t: nowSeconds() });
    if (mishap?.kind === 'nack') {
      stream.send({ ...ack, attrs: { ...ack.attrs, error: String(mishap.error) } });
      return;
    }
    if (mishap?.kind === 'cut' && !mishap.isDelivered) return stream.cut();
    const message = await openLetter(letter, device, personAt);
    delivered.push(message);
    if (mishap?.kind === 'cut') return stream.cut();
    if (mishap?.kind !== 'no_ack') stream.send(ack);
    if (options.deliversReceipts !== false) sendReceipt(message);
  };

  const sendReceipt: WhatsAppStandIn['receipt'] = ({ id, to, from }, type, content) => {
    const attrs = { id, from: to, t: nowSeconds(), ...(type === undefined ? {} : { type }) };
    const key = `receipt ${id} ${type ?? ''}`;
    expectedAcks.add(key);
    toDevice(from, node('receipt', attrs, content));
    return key;
  };

  const takeAck = (ack: BinaryNode): void => {
    expectOnly(ack, ['id', 'to', 'class', 'type', 'participant', 'from', 'recipient', 'error']);
    const key = `${attrOf(ack, 'class')} ${attrOf(ack, 'id')} ${ack.attrs['type'] ?? ''}`;
    if (ack.attrs['class'] === 'message')
      throw new Error(`a message was not taken: ${ack.attrs['error'] ?? 'ack'}`);
    if (!expectedAcks.has(key)) throw new Error(`an acknowledgement of nothing: ${key}`);
    confirmed.add(key);
  };

  const takeReceipt = (receipt: BinaryNode): void => {
    expectOnly(receipt, ['id', 'to', 'type', 't', 'participant', 'recipient']);
    const id = attrOf(receipt, 'id');
    const type = receipt.attrs['type'] ?? '';
    if (!written.has(id)) throw new Error(`a receipt for ${id}, which nobody wrote`);
    if (!['', 'inactive', 'sender', 'hist_sync'].includes(type)) throw new Error(`a receipt of type ${type}`);
    confirmed.add(id);
  };

  const takeNode = async (visitor: Visitor, stanza: BinaryNode): Promise<void> => {
    if (isFrozen) return;
    switch (stanza.tag) {
      case 'iq':
        return takeIq(visitor, stanza);
      case 'message':
        return takeMessage(visitor, stanza);
      case 'ack':
        return takeAck(stanza);
      case 'receipt':
        return takeReceipt(stanza);
      case 'presence':
        return expectOnly(stanza, ['name', 'type']);
      case 'ib':
        return expectOnly(stanza, [], ['unified_session', 'offline_batch']);
      default:
        throw new Error(`an unknown stanza: <${stanza.tag}>`);
    }
  };

  const greet = (visitor: Visitor): void => {
    const { payload, noiseKey } = visitor.stream;
    if (payload.devicePairingData) {
      visitor.ref = randomBytes(8).toString('hex');
      const refs = [visitor.ref, `${visitor.ref}-2`].map((ref) => node('ref', {}, Buffer.from(ref)));
      visitor.stream.send(
        node('iq', { from: server, type: 'set', id: 'pair-device', xmlns: 'md' }, [
          node('pair-device', {}, refs),
        ]),
      );
      return;
    }
    const device = devices.find((known) => known.noiseKey.equals(noiseKey));
    const failure = loginFailures.shift() ?? (device === undefined ? 401 : undefined);
    if (device === undefined || failure !== undefined) {
      visitor.stream.send(node('failure', { reason: String(failure ?? 401), location: 'test' }));
      visitor.stream.end();
      return;
    }
    if (String(payload.username) !== device.phone.slice(1)) errors.push('a login with another number');
    visitor.device = device;
    visitor.stream.send(node('success', { t: nowSeconds(), lid: device.lid }));
  };

  sockets.on('connection', (socket) => {
    let visitor: Visitor | undefined;
    socket.on('error', () => undefined);
    socket.on('close', () => visitor !== undefined && visitors.delete(visitor));
    acceptStream(socket, identity, {
      onOpen(stream) {
        visitor = { stream };
        visitors.add(visitor);
        greet(visitor);
      },
      onNode: (_, stanza) => (visitor === undefined ? Promise.resolve() : takeNode(visitor, stanza)),
      onError: ({ message }) => errors.push(message),
    });
  });

  const address = web.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: tls === undefined ? `ws://127.0.0.1:${port}/ws/chat` : `wss://localhost:${port}/ws/chat`,
    errors,
    delivered,
    confirmed,
    get connections() {
      return visitors.size;
    },
    addPhone(phone) {
      const person = createPerson(phone, 'Owner');
      register(person);
      return {
        ...person,
        scan(code) {
          const scanned = readCode(code);
          const visitor = [...visitors].find(({ ref }) => ref !== undefined && scanned.ref.startsWith(ref));
          if (!visitor?.stream.noiseKey.equals(scanned.noiseKey)) throw new Error('nobody shows this code');
          link(visitor, person, scanned);
        },
        async enterCode(code) {
          const shown = (): Visitor | undefined =>
            [...visitors].find(({ hello }) => hello?.attrs['jid'] === person.jid);
          while (shown() === undefined) {
            await new Promise<void>((resolve) => {
              greeted.add(resolve);
            });
          }
          const visitor = shown();
          if (visitor?.hello === undefined || visitor.codeExchange === undefined) return;
          const greeting = await visitor.codeExchange.greet(visitor.hello, code.replace('-', ''));
          const attrs = { from: server, type: 'link_code_companion_reg', id: 'code-1', t: nowSeconds() };
          expectedAcks.add('notification code-1 link_code_companion_reg');
          visitor.stream.send(node('notification', attrs, [greeting]));
        },
        unlinkAll() {
          for (const { device, stream } of visitors) {
            if (device?.phone !== phone) continue;
            devices.splice(devices.indexOf(device), 1);
            stream.send(
              node('stream:error', { code: '401' }, [node('conflict', { type: 'device_removed' })]),
            );
            stream.end();
          }
        },
      };
    },
    addPerson(phone, name, aliases) {
      const person = createPerson(phone, name);
      register(person, aliases);
      return person;
    },
    spoil: (...next) => void mishaps.push(...next),
    receipt: sendReceipt,
    async write(from, to, message, attrs = {}) {
      const id = attrs['id'] ?? `3A${randomBytes(9).toString('hex').toUpperCase()}`;
      written.add(id);
      for (const device of devices.filter(({ phone }) => phone === to.phone)) {
        const { type, ciphertext } = await from.seal(device, message);
        const head = {
          id,
          from: from.lid,
          type: 'text',
          t: nowSeconds(),
          notify: from.name,
          sender_pn: from.jid,
        };
        toDevice(
          device.jid,
          node('message', { ...head, ...attrs }, [node('enc', { v: '2', type }, ciphertext)]),
        );
      }
      return id;
    },
    send(stanza) {
      for (const { stream } of visitors) stream.send(stanza);
    },
    fail({ code, reason }) {
      const attrs: Record<string, string> = code === undefined ? {} : { code: String(code) };
      for (const { stream } of visitors) {
        stream.send(node('stream:error', attrs, reason === undefined ? [] : [node(reason)]));
        stream.end();
      }
    },
    refuseLogin: (reason) => void loginFailures.push(reason),
    cut() {
      for (const { stream } of visitors) stream.cut();
    },
    freeze: (next) => void (isFrozen = next),
    async close() {
      identity.distrust();
      for (const client of sockets.clients) client.terminate();
      await new Promise((resolve) => {
        sockets.close(resolve);
      });
      await new Promise((resolve) => {
        web.close(resolve);
      });
    },
  };
}
