import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answer, bytesOf, refuse } from './graph-reply.ts';
import { errorReply, type GraphStep } from './graph-script.ts';
import { type GraphMedia, mediaComplaint, takeMedia } from './media-edge.ts';
import { type GraphMessage, readMessage } from './message-schema.ts';
import { type GraphTemplate, templateComplaint } from './template-check.ts';
import { listTemplatePage } from './template-edge.ts';
import { createWebhookSender } from './webhook-sender.ts';

/** What the server knows; everything has a default. */
export interface GraphServerOptions {
  readonly phoneNumberId?: string;
  readonly businessAccountId?: string;
  readonly token?: string;
  /** Given: `appsecret_proof` is demanded, and webhooks are signed with it. */
  readonly appSecret?: string;
  readonly templates?: readonly GraphTemplate[];
  /** More in one second of the server's clock: 130429. Default: no limit. */
  readonly messagesPerSecond?: number;
  /** Sooner to the same person: 131056. Default: no limit. */
  readonly perRecipientMs?: number;
  /** The number that WhatsApp knows somebody by, when it is another one; digits in, digits out. */
  readonly waIdOf?: (digits: string) => string;
  /** What a template's answer says of its pacing; default `accepted`. */
  readonly pacing?: 'accepted' | 'held_for_quality_assessment' | 'paused';
  /** Where webhooks go; a status for each of `statuses` follows every accepted message. */
  readonly webhook?: { readonly url: string; readonly statuses?: readonly ('sent' | 'delivered' | 'read')[] };
}

/** A message that the server has accepted. */
export interface AcceptedMessage extends GraphMessage {
  readonly wamid: string;
}

/** A request as it came, whatever was answered. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
}

/** Plays the Graph API from its documentation, over real HTTP on 127.0.0.1. */
export interface GraphServer {
  readonly url: string;
  readonly phoneNumberId: string;
  readonly businessAccountId: string;
  readonly accepted: readonly AcceptedMessage[];
  readonly requests: readonly SeenRequest[];
  readonly media: Readonly<GraphMedia>;
  /** Says what becomes of the next send requests, one each; after them all are accepted. */
  next(...steps: readonly GraphStep[]): void;
  /** Sends one webhook with these changes; resolves when it was taken, or given up. */
  emit(
    ...changes: readonly { readonly field: string; readonly value: object }[]
  ): Promise<'taken' | 'given_up'>;
  /** The value of a `messages` change, with what it needs beside its own part. */
  valueWith(part: object): object;
  /** Resolves when every webhook was taken or given up. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** Listens on a free port of 127.0.0.1. */
export async function startGraphServer(options: GraphServerOptions = {}): Promise<GraphServer> {
  const phoneNumberId = options.phoneNumberId ?? '106540352242922';
  const businessAccountId = options.businessAccountId ?? '102290129340398';
  const token = options.token ?? 'EAAB-test';
  const accepted: AcceptedMessage[] = [];
  const requests: SeenRequest[] = [];
  const media: GraphMedia = new Map();
  const steps: GraphStep[] = [];
  const times: number[] = [];
  const lastTo = new Map<string, number>();
  const webhooks =
    options.webhook && createWebhookSender({ url: options.webhook.url, appSecret: options.appSecret ?? '' });

  const valueWith = (part: object): object => ({
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: '15550783881', phone_number_id: phoneNumberId },
    ...part,
  });
  const emit: GraphServer['emit'] = (...changes) =>
    webhooks?.send({ object: 'whatsapp_business_account', entry: [{ id: businessAccountId, changes }] }) ??
    Promise.resolve('given_up');

  const limitOf = (message: GraphMessage): number | undefined => {
    const now = performance.now();
    while (times[0] !== undefined && times[0] <= now - 1_000) times.shift();
    if (times.length >= (options.messagesPerSecond ?? Infinity)) return 130429;
    const person = message.to ?? message.recipient ?? '';
    const last = lastTo.get(person);
    if (last !== undefined && now - last < (options.perRecipientMs ?? 0)) return 131056;
    times.push(now);
    lastTo.set(person, now);
    return undefined;
  };

  const accept = (message: GraphMessage): object => {
    const wamid = `wamid.${randomUUID().replaceAll('-', '')}`;
    accepted.push({ ...message, wamid });
    const digits = (message.to ?? '').replaceAll(/\D/g, '');
    const person = options.waIdOf?.(digits) ?? digits;
    for (const [i, status] of (options.webhook?.statuses ?? []).entries()) {
      const tag = message.biz_opaque_callback_data;
      const one = {
        id: wamid,
        status,
        timestamp: String(Math.floor(Date.now() / 1_000) + i),
        recipient_id: person,
        ...(tag === undefined ? {} : { biz_opaque_callback_data: tag }),
      };
      void emit({ field: 'messages', value: valueWith({ statuses: [one] }) });
    }
    const input = message.to ?? message.recipient;
    return {
      messaging_product: 'whatsapp',
      contacts: [message.to === undefined ? { input, user_id: input } : { input, wa_id: person }],
      messages: [
        {
          id: wamid,
          ...(message.type === 'template' ? { message_status: options.pacing ?? 'accepted' } : {}),
        },
      ],
    };
  };

  const onMessage = async (incoming: IncomingMessage, reply: ServerResponse): Promise<void> => {
    const text = (await bytesOf(incoming)).toString('utf8');
    const step = steps.shift() ?? 'accept';
    if (step === 'reset') return void incoming.socket.destroy();
    if (typeof step === 'object' && 'code' in step) {
      const { status, body } = errorReply(step.code, step.details ?? 'Scripted.', step.httpStatus);
      return answer(reply, status, body, step.headers);
    }
    if (typeof step === 'object' && 'status' in step) {
      return void reply.writeHead(step.status, step.headers).end('<html></html>');
    }
    const verdict = readMessage(parsed(text));
    if ('code' in verdict) return refuse(reply, verdict);
    const { message } = verdict;
    const complaint =
      (message.type === 'template'
        ? templateComplaint(message.body['template'], options.templates ?? [])
        : undefined) ?? mediaComplaint(message, media);
    if (complaint !== undefined) return refuse(reply, complaint);
    const limit = limitOf(message);
    if (limit !== undefined) return refuse(reply, { code: limit, details: 'Rate limit hit.' });
    const body = accept(message);
    if (typeof step === 'object') return void setTimeout(() => answer(reply, 200, body), step.afterMs);
    switch (step) {
      case 'accept':
        return answer(reply, 200, body);
      case 'lose_reply':
        return void incoming.socket.destroy();
      case 'never':
        return;
      case 'html':
        return void reply.writeHead(200, { 'content-type': 'text/html' }).end('<html>OK</html>');
      case 'truncated':
        return void reply.writeHead(200).end(JSON.stringify(body).slice(0, -9));
      case 'empty':
        return answer(reply, 200, {});
      default:
        return step satisfies never;
    }
  };

  const route = async (incoming: IncomingMessage, reply: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(incoming.url ?? '/', url);
    const [, version = '', id = '', edge = '', more] = pathname.split('/');
    const method = incoming.method ?? '';
    requests.push({ method, path: pathname, query: searchParams });
    if (incoming.headers.authorization !== `Bearer ${token}`) {
      return refuse(reply, { code: 190, details: 'Invalid OAuth access token - Cannot parse access token' });
    }
    if (
      options.appSecret !== undefined &&
      searchParams.get('appsecret_proof') !== proof(token, options.appSecret)
    ) {
      return refuse(reply, { code: 100, details: 'Invalid appsecret_proof provided in the API argument' });
    }
    if (/^v\d+\.0$/.test(version) && more === undefined) {
      if (method === 'POST' && id === phoneNumberId && edge === 'messages') return onMessage(incoming, reply);
      if (method === 'POST' && id === phoneNumberId && edge === 'media')
        return takeMedia(incoming, reply, media);
      if (method === 'GET' && id === businessAccountId && edge === 'message_templates') {
        return listTemplatePage(reply, { url, query: searchParams, all: options.templates ?? [] });
      }
    }
    refuse(reply, { code: 33, details: `Unsupported ${method} request: ${id} does not exist.` });
  };

  const server = createServer((incoming, reply) => {
    route(incoming, reply).catch(() => incoming.socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A TCP server has an address of this shape.
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url,
    phoneNumberId,
    businessAccountId,
    accepted,
    requests,
    media,
    next: (...more) => void steps.push(...more),
    emit,
    valueWith,
    idle: () => webhooks?.idle() ?? Promise.resolve(),
    async close() {
      await webhooks?.close();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: read as no object at all.
    return undefined;
  }
}

function proof(token: string, appSecret: string): string {
  return createHmac('sha256', appSecret).update(token).digest('hex');
}
