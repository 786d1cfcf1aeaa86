import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { z } from 'zod';
import { createGatewayNumber, type GatewayNumber } from './gateway-number.ts';
import { createGatewayWebhooks, type GatewayWebhook, type WebhookTarget } from './gateway-webhooks.ts';
import { bodies, sendBodies, type SentKind } from './request-schema.ts';
import type { WuzapiStep } from './wuzapi-script.ts';

/** What the server knows; everything has a default. */
export interface WuzapiServerOptions {
  readonly token?: string;
  /** The number behind the token; default a Brazilian one. */
  readonly jid?: string;
  /** Default `form`, as the gateway's. */
  readonly webhookFormat?: 'form' | 'json';
  /** Receipts that follow every message; default none. */
  readonly receipts?: readonly ('Delivered' | 'Read')[];
  /** Numbers that WhatsApp does not know, digits. */
  readonly strangers?: readonly string[];
  /** Default true; false: there are no codes to pair, the number is logged in from the start. */
  readonly mustPair?: boolean;
}

/** A message that reached WhatsApp. */
export interface WuzapiMessage {
  readonly kind: SentKind;
  readonly id: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Plays a WuzAPI gateway with one user from its documentation and source, over real HTTP on 127.0.0.1. */
export interface WuzapiServer {
  readonly url: string;
  readonly token: string;
  readonly number: GatewayNumber;
  readonly sent: readonly WuzapiMessage[];
  /** Method and path of every request, as they came. */
  readonly requests: readonly string[];
  readonly webhook: WebhookTarget | undefined;
  /** Says what becomes of the next send requests, one each; after them all are accepted. */
  next(...steps: readonly WuzapiStep[]): void;
  /** Posts a webhook, if the user asked for its type. */
  emit(webhook: GatewayWebhook): void;
  /** Resolves when every webhook was taken or given up. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** Why a request is refused, as the gateway says it. */
class Complaint {
  readonly status: number;
  readonly words: string;
  constructor(status: number, words: string) {
    this.status = status;
    this.words = words;
  }
}

/** Listens on a free port of 127.0.0.1. */
export async function startWuzapiServer(options: WuzapiServerOptions = {}): Promise<WuzapiServer> {
  const token = options.token ?? 'user-token';
  const number = createGatewayNumber(options.jid ?? '551187654321:3@s.whatsapp.net');
  if (options.mustPair === false) number.pair();
  const webhooks = createGatewayWebhooks(options.webhookFormat ?? 'form');
  const sent: WuzapiMessage[] = [];
  const requests: string[] = [];
  const steps: WuzapiStep[] = [];
  let webhook: WebhookTarget | undefined;

  const send = (kind: SentKind, body: Readonly<Record<string, unknown>>): object => {
    const id = typeof body['Id'] === 'string' ? body['Id'] : '3EB0C767D71D8A4E2F00';
    sent.push({ kind, id, body });
    const digits = String(body['Phone']).replace(/@.*/, '');
    for (const state of options.receipts ?? []) {
      const event = {
        Chat: `${digits}@s.whatsapp.net`,
        Sender: `${digits}@s.whatsapp.net`,
        IsFromMe: false,
        IsGroup: false,
        AddressingMode: '',
        SenderAlt: '',
        RecipientAlt: '',
        BroadcastListOwner: '',
        BroadcastRecipients: null,
        MessageIDs: [id],
        Timestamp: new Date().toISOString(),
        Type: state === 'Read' ? 'read' : '',
        MessageSender: '',
      };
      webhooks.send(webhook, { type: 'ReadReceipt', state, event });
    }
    return { Details: 'Sent', Id: id, Timestamp: Math.floor(Date.now() / 1_000) };
  };

  const onSend = (
    kind: SentKind,
    text: string,
    socket: IncomingMessage['socket'],
    reply: ServerResponse,
  ): void => {
    const step = steps.shift() ?? 'accept';
    if (step === 'reset') return void socket.destroy();
    if (!number.isOpen) throw new Complaint(500, 'no session');
    const body = read(sendBodies[kind], text);
    if (typeof step === 'object' && ('error' in step || 'status' in step)) {
      if (step.wasSent === true) send(kind, body);
      if ('error' in step) return refuse(reply, new Complaint(step.httpStatus ?? 500, step.error));
      return void reply.writeHead(step.status, step.headers).end('<html></html>');
    }
    const digits = body.Phone.replace(/@.*/, '');
    if (options.strangers?.includes(digits) === true)
      throw new Complaint(
        500,
        `error sending message: no LID found for ${digits}@s.whatsapp.net from server`,
      );
    if (!number.isConnected)
      throw new Complaint(500, 'error sending message: failed to send message node: websocket not connected');
    if (!number.isLoggedIn)
      throw new Complaint(500, "error sending message: the store doesn't contain a device JID");
    const data = send(kind, body);
    if (typeof step === 'object') return void setTimeout(() => answer(reply, data), step.afterMs);
    switch (step) {
      case 'accept':
        return answer(reply, data);
      case 'lose_reply':
        return void socket.destroy();
      case 'never':
        return;
      case 'html':
        return void reply.writeHead(200, { 'content-type': 'text/html' }).end('<html>OK</html>');
      case 'truncated':
        return void reply.writeHead(200).end(JSON.stringify({ code: 200, data, success: true }).slice(0, -9));
      case 'empty':
        return answer(reply, {});
      default:
        return step satisfies never;
    }
  };

  const routes: Record<string, (text: string, reply: ServerResponse) => void> = {
    'GET /session/status': (_, reply) =>
      answer(reply, {
        id: '1',
        name: 'number',
        display_name: number.isLoggedIn ? 'Loja' : '',
        connected: number.isConnected,
        loggedIn: number.isLoggedIn,
        jid: number.jid,
        webhook: webhook?.url ?? '',
        events: webhook?.events.join(',') ?? '',
        qrcode: number.qrCode,
        hmac_configured: webhook?.hmacKey !== undefined,
      }),
    'POST /session/connect': (text, reply) => {
      const { Subscribe } = read(bodies.connect, text);
      if (number.isOpen && number.isConnected) throw new Complaint(500, 'already connected');
      number.connect();
      if (webhook !== undefined) webhook = { ...webhook, events: Subscribe };
      answer(reply, {
        details: 'Connected!',
        events: Subscribe.join(','),
        jid: number.jid,
        webhook: webhook?.url ?? '',
      });
    },
    'GET /session/qr': (_, reply) => {
      if (!number.isOpen) throw new Complaint(500, 'no session');
      if (!number.isConnected) throw new Complaint(500, 'not connected');
      if (number.isLoggedIn) throw new Complaint(500, 'already logged in');
      answer(reply, { QRCode: number.qrCode });
    },
    'POST /session/pairphone': (text, reply) => {
      if (!number.isOpen) throw new Complaint(500, 'no session');
      read(bodies.pairPhone, text);
      if (number.isLoggedIn) throw new Complaint(400, 'already paired');
      answer(reply, { LinkingCode: 'ABCD-1234' });
    },
    'POST /session/logout': (text, reply) => {
      read(bodies.empty, text);
      if (!number.isOpen) throw new Complaint(500, 'no session');
      if (!number.isConnected) throw new Complaint(500, 'could not disconnect as it was not connected');
      if (!number.isLoggedIn) throw new Complaint(500, 'could not logout as it was not logged in');
      number.logOut();
      answer(reply, { Details: 'Logged out' });
    },
    'POST /webhook': (text, reply) => {
      const { webhookurl, events } = read(bodies.webhook, text);
      webhook = { url: webhookurl, events, hmacKey: webhook?.hmacKey };
      answer(reply, { webhook: webhookurl });
    },
    'POST /session/hmac/config': (text, reply) => {
      const { hmac_key } = read(bodies.hmac, text);
      if (webhook !== undefined) webhook = { ...webhook, hmacKey: hmac_key };
      // The one route of the gateway that answers without its envelope.
      reply.writeHead(200, { 'content-type': 'application/json' });
      reply.end(JSON.stringify({ Details: 'HMAC configuration saved successfully' }));
    },
  };

  const route = async (incoming: IncomingMessage, reply: ServerResponse): Promise<void> => {
    const path = incoming.url ?? '/';
    const name = `${incoming.method ?? ''} ${path}`;
    requests.push(name);
    const chunks: Buffer[] = [];
    for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString('utf8');
    const kind = /^POST \/chat\/send\/([a-z]+)$/.exec(name)?.[1];
    const handler = routes[name];
    if (handler === undefined && !isSentKind(kind))
      return void reply.writeHead(404).end('404 page not found\n');
    if (incoming.headers['token'] !== token) return refuse(reply, new Complaint(401, 'unauthorized'));
    try {
      if (isSentKind(kind)) onSend(kind, text, incoming.socket, reply);
      else handler?.(text, reply);
    } catch (error) {
      if (!(error instanceof Complaint)) throw error;
      refuse(reply, error);
    }
  };

  const server = createServer((incoming, reply) => {
    route(incoming, reply).catch(() => incoming.socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    // A TCP server has an address of this shape.
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token,
    number,
    sent,
    requests,
    get webhook() {
      return webhook;
    },
    next: (...more) => void steps.push(...more),
    emit: (one) => webhooks.send(webhook, one),
    idle: () => webhooks.idle(),
    async close() {
      await webhooks.close();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function isSentKind(kind: string | undefined): kind is SentKind {
  return kind !== undefined && Object.hasOwn(sendBodies, kind);
}

function answer(reply: ServerResponse, data: object): void {
  reply.writeHead(200, { 'content-type': 'application/json' });
  reply.end(JSON.stringify({ code: 200, data, success: true }));
}

function refuse(reply: ServerResponse, { status, words }: Complaint): void {
  reply.writeHead(status, { 'content-type': 'application/json' });
  reply.end(JSON.stringify({ code: status, error: words, success: false }));
}

function read<T extends z.ZodType>(schema: T, text: string): z.infer<T> {
  try {
    const parsed = schema.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
    throw new Complaint(400, parsed.error.issues[0]?.message ?? 'could not decode Payload');
  } catch (error) {
    throw error instanceof Complaint ? error : new Complaint(400, 'could not decode Payload');
  }
}
