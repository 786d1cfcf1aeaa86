import type { BinaryNode } from 'baileys';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { WebSocketServer } from 'ws';
import { acceptStream } from './device-stream.ts';
import type { DeliveredMessage } from './incoming-message.ts';
import { answerOf } from './iq-answers.ts';
import { createLinkDesk, type LinkDesk } from './link-desk.ts';
import { attrOf, expectOnly, node } from './nodes.ts';
import { createPerson, type StandInPerson } from './person.ts';
import { createPostOffice, type PostOffice } from './post-office.ts';
import { createRegistry, serverAddress, type Visitor } from './registry.ts';
import { createServerIdentity } from './server-identity.ts';

export interface StandInOptions {
  /** Every message that arrives is answered with a `delivered` receipt; default true. */
  readonly deliversReceipts?: boolean;
  /** Where files are uploaded to: host and port. */
  readonly mediaHost?: string;
  /** Speaks TLS with this key and certificate for `localhost`. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** WhatsApp's server, as far as a linked device needs it, and strict: what it does not know is an error. */
export interface WhatsAppStandIn
  extends Pick<PostOffice, 'receipt' | 'spoil' | 'write'>, Pick<LinkDesk, 'addPhone' | 'refuseLogin'> {
  readonly url: string;
  /** What a client did that it must not do. A test that ends with one has failed. */
  readonly errors: readonly string[];
  /** In the order of arrival. */
  readonly delivered: readonly DeliveredMessage[];
  readonly confirmed: ReadonlySet<string>;
  /** Connections that are open. */
  readonly connections: number;
  /** `aliases`: other numbers under which the same person is found. */
  addPerson(phone: string, name: string, aliases?: readonly string[]): StandInPerson;
  /** Sends a stanza as it is to every connection. */
  send(stanza: BinaryNode): void;
  /** Ends every connection with that code or reason, as the server does. */
  fail(error: { readonly code?: number; readonly reason?: string }): void;
  /** Sends every connection a frame that nobody can open. */
  garble(): void;
  /** Cuts every connection without a word. */
  cut(): void;
  /** From now on answers nothing, as a network that has gone silent; or answers again. */
  freeze(isFrozen: boolean): void;
  close(): Promise<void>;
}

/** Listens on a free port of this machine; Baileys in this process believes it until it is closed. */
export async function openWhatsAppStandIn(options: StandInOptions = {}): Promise<WhatsAppStandIn> {
  const { tls, deliversReceipts = true, mediaHost = 'media.invalid' } = options;
  const identity = createServerIdentity();
  const web = tls === undefined ? createServer() : createTlsServer(tls);
  const sockets = new WebSocketServer({ server: web });
  await once(web.listen(0, '127.0.0.1'), 'listening');
  const errors: string[] = [];
  const registry = createRegistry();
  const { visitors } = registry;
  const post = createPostOffice(registry, deliversReceipts);
  const desk = createLinkDesk(registry, post.expectAck);
  let isFrozen = false;

  const takeIq = (visitor: Visitor, iq: BinaryNode): void => {
    const { stream, device } = visitor;
    const xmlns = iq.attrs['xmlns'];
    if (iq.attrs['type'] === 'result') return desk.takeResult(visitor, iq);
    if (xmlns === 'md') return desk.takeLinking(visitor, iq);
    if (device === undefined && xmlns !== 'w:p') throw new Error('a question before the login');
    const content = device === undefined ? [] : answerOf(device, iq, { ...registry, mediaHost });
    stream.send(node('iq', { from: serverAddress, type: 'result', id: attrOf(iq, 'id') }, content));
    if (xmlns === 'passive') {
      stream.send(node('ib', { from: serverAddress }, [node('offline', { count: '0' })]));
    }
    return undefined;
  };
  const takeNode = async (visitor: Visitor, stanza: BinaryNode): Promise<void> => {
    if (isFrozen) return undefined;
    switch (stanza.tag) {
      case 'iq':
        return takeIq(visitor, stanza);
      case 'message':
        return post.takeMessage(visitor, stanza);
      case 'ack':
        return post.takeAck(stanza);
      case 'receipt':
        return post.takeReceipt(stanza);
      case 'presence':
        return expectOnly(stanza, ['name', 'type']);
      case 'ib':
        return expectOnly(stanza, [], ['unified_session', 'offline_batch']);
      default:
        throw new Error(`an unknown stanza: <${stanza.tag}>`);
    }
  };
  sockets.on('connection', (socket) => {
    let visitor: Visitor | undefined;
    socket.on('error', () => undefined);
    socket.on('close', () => visitor !== undefined && visitors.delete(visitor));
    acceptStream(socket, identity, {
      onOpen(stream) {
        visitor = { stream };
        visitors.add(visitor);
        desk.greet(visitor);
      },
      onNode: (_, stanza) => (visitor === undefined ? Promise.resolve() : takeNode(visitor, stanza)),
      onError: ({ message }) => errors.push(message),
    });
  });

  const address = web.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    ...post,
    ...desk,
    url: tls === undefined ? `ws://127.0.0.1:${port}/ws/chat` : `wss://localhost:${port}/ws/chat`,
    errors,
    get connections() {
      return visitors.size;
    },
    addPerson(phone, name, aliases) {
      const person = createPerson(phone, name);
      registry.register(person, aliases);
      return person;
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
    garble() {
      for (const { stream } of visitors) stream.garble();
    },
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
