import { createHmac, timingSafeEqual } from 'node:crypto';
import type { z } from 'zod';
import type { Person } from '../../inbound.ts';
import type { WebhookInbound, WebhookNews, WebhookReceipt, WebhookSource } from '../../webhook-source.ts';
import { personOf } from '../jid.ts';
import { messageIdOf } from '../message-id.ts';
import { answeredIn, inboundContentOf } from './inbound-content.ts';
import { sessionNoticeOf, sessionTypes } from './session-news.ts';
import * as shape from './webhook-schema.ts';

/**
 * Webhooks of a WuzAPI gateway, in both of its formats (form and JSON). Genuine is what the connection's `hmac_key`
 * signed (`X-Hmac-Signature`: HMAC-SHA256 over the bytes, hexadecimal): without a key nothing is.
 */
export const wuzapiWebhooks: WebhookSource = {
  provider: 'wuzapi',
  // Unless the gateway runs with -skipmedia, a file comes within its message, as base64 in a form.
  maxBytes: 24 * 1_024 * 1_024,
  isGenuine(raw, headers, secrets) {
    const given = /^[0-9a-f]{64}$/i.exec(headers['x-hmac-signature']?.trim() ?? '')?.[0];
    const key = secrets['hmac_key'];
    if (given === undefined || key === undefined) return false;
    const expected = createHmac('sha256', key.reveal()).update(raw).digest();
    return timingSafeEqual(expected, Buffer.from(given, 'hex'));
  },
  kindOf(raw) {
    const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
    const isReceipt =
      bytes.includes('"type":"ReadReceipt"') || bytes.includes('%22type%22%3A%22ReadReceipt%22');
    return isReceipt ? 'status' : 'receive';
  },
  parse: (raw) => parseWuzapiWebhook(raw),
};

/**
 * Reads a webhook that was genuine. Never throws: what is not understood is among `unknown`. Pure: the same bytes give
 * the same news with the same keys.
 */
export function parseWuzapiWebhook(raw: Uint8Array): WebhookNews {
  const body = jsonOf(Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('utf8'));
  const read = shape.envelope.safeParse(body);
  if (!read.success) return news({ unknown: [{ path: '', why: 'no webhook of a gateway', value: body }] });
  const { type, state } = read.data;
  const event = shape.withSmallNames(read.data.event);
  if (type === 'Message') return readMessage(event, read.data.event);
  if (type === 'ReadReceipt') return readReceipt(event, state);
  if (sessionTypes.has(type)) return news({ account: [sessionNoticeOf(type, event)] });
  return news({ unknown: [{ path: 'event', why: `type ${type} is not known`, value: read.data.event }] });
}

function news(parts: Partial<WebhookNews>): WebhookNews {
  return { receipts: [], inbound: [], account: [], templates: [], unknown: [], ...parts };
}

function readReceipt(event: unknown, state: string | undefined): WebhookNews {
  const read = shape.receipt.safeParse(event);
  const kind = state === 'Delivered' ? 'delivered' : state === 'Read' ? 'read' : undefined;
  if (!read.success) return news({ unknown: [unreadable(read.error, event)] });
  const { messageids, timestamp, isfromme, isgroup } = read.data;
  // `ReadSelf`, and receipts of the number's own devices, say nothing of the person.
  if (kind === undefined || isfromme || isgroup) return news({});
  const receipts = messageids.map((id): WebhookReceipt => {
    const messageId = messageIdOf(id);
    return { kind, at: timestamp, providerMessageId: id, ...(messageId === undefined ? {} : { messageId }) };
  });
  return news({ receipts });
}

function readMessage(event: unknown, raw: unknown): WebhookNews {
  const read = shape.message.safeParse(event);
  if (!read.success) return news({ unknown: [unreadable(read.error, raw)] });
  const { info, message, isedit } = read.data;
  const isForUs = !info.isfromme && !info.isgroup && !isedit && message !== null;
  const from = personIn(info);
  if (!isForUs || from === undefined) return news({});
  const content = inboundContentOf(message, rawMessageIn(raw));
  if (content === undefined) return news({});
  const answers = answeredIn(message);
  const inbound: WebhookInbound = {
    kind: 'message',
    // Its sender chooses the id: somebody else's could be the same.
    key: `inbound:${info.sender}:${info.id}`,
    at: info.timestamp,
    providerMessageId: info.id,
    from,
    content,
    ...(answers === undefined ? {} : { answers }),
  };
  return news({ inbound: [inbound] });
}

/** Both of a sender's addresses: one of them is the phone, unless it is hidden. */
function personIn(info: z.infer<typeof shape.message>['info']): Person | undefined {
  const person = { ...personOf(info.senderalt), ...personOf(info.sender) };
  if (person.phone === undefined && person.userId === undefined) return undefined;
  return { ...person, ...(info.pushname ? { name: info.pushname } : {}) };
}

function rawMessageIn(raw: unknown): unknown {
  if (typeof raw !== 'object' || raw === null) return raw;
  return 'Message' in raw ? raw.Message : raw;
}

function unreadable(error: z.ZodError, value: unknown): WebhookNews['unknown'][number] {
  const issue = error.issues[0];
  return {
    path: 'event',
    why: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'unknown shape'}`,
    value,
  };
}

/** The webhook in a body: JSON, or the field `jsonData` of a form. */
function jsonOf(text: string): unknown {
  const json = text.trimStart().startsWith('{') ? text : new URLSearchParams(text).get('jsonData');
  try {
    const value: unknown = JSON.parse(json ?? '');
    return value;
  } catch {
    // Neither format: kept as it came.
    return text;
  }
}
