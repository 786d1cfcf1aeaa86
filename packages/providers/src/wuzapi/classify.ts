import type { NetworkError, SendEffect, SendOutcome } from '../provider.ts';
import type { WuzapiReply } from './wuzapi-client.ts';

/** Why a gateway did not send, beside the codes that any provider over HTTP has. */
export const wuzapiReasons = [
  'account_missing',
  'gateway_missing',
  'gateway_not_allowed',
  'media_rejected',
  'media_too_big',
  'media_upload_failed',
  'message_invalid',
  'new_people_limited',
  'recipient_unavailable',
  'rejected',
  'server_error',
  'session_down',
  'throttled',
  'timeout',
  'token_invalid',
  'unreadable_reply',
  'whatsapp_away',
] as const;

export type WuzapiReason = (typeof wuzapiReasons)[number];

interface Rule {
  readonly kind: 'not_sent' | 'refused' | 'unknown';
  readonly code: WuzapiReason;
  readonly waitMs?: number;
  readonly effect?: SendEffect;
}

type Rules = readonly (readonly [begins: string, rule: Rule])[];

const sending = 'error sending message: ';
/** What may pass is asked again so often; then somebody must look at it. */
const mostAttempts = 5;

const sessionDown: Rule = { kind: 'not_sent', code: 'session_down', waitMs: 15_000, effect: 'slow_down' };
const badMedia: Rule = { kind: 'refused', code: 'media_rejected' };
const away: Rule = { kind: 'not_sent', code: 'whatsapp_away', waitMs: 10_000 };

/*
 * The gateway has no error codes: its words, in small letters, are all there is. Each line is a sentence of its source
 * (handlers.go), and says on which side of whatsmeow's SendMessage it stands.
 */
const beforeSending: Rules = [
  ['no session', sessionDown],
  ['unauthorized', { kind: 'not_sent', code: 'token_invalid', waitMs: 900_000, effect: 'pause_connection' }],
  ['failed to upload', { kind: 'not_sent', code: 'media_upload_failed', waitMs: 10_000 }],
  ['failed to fetch', badMedia],
  ['failed to convert', badMedia],
  ['failed to encode', badMedia],
  ['could not re-encode', badMedia],
  ['could not decode image', badMedia],
  ['could not decode base64', badMedia],
];

/*
 * What SendMessage itself says (whatsmeow's send.go and errors.go). Everything up to "failed to send message node" is
 * said before the first byte of the message; what is not listed may have been said after it.
 */
const whileSending: Rules = [
  ['no lid found for', { kind: 'refused', code: 'recipient_unavailable' }],
  ["the store doesn't contain a device jid", sessionDown],
  ['client is nil', sessionDown],
  ['failed to get lid for', away],
  ['failed to get user info', away],
  ['failed to get device list', away],
  ['failed to fetch lid mappings', away],
  ['failed to prefetch sessions', away],
  ['failed to send message node: websocket not connected', sessionDown],
  ['timed out waiting for message send response', { kind: 'unknown', code: 'timeout' }],
  // The account may write to nobody it has never written with, for hours or days; others still get its answers.
  ['server returned error 463', { kind: 'refused', code: 'new_people_limited', effect: 'slow_down' }],
  ['server returned error 429', { kind: 'not_sent', code: 'throttled', waitMs: 60_000, effect: 'slow_down' }],
  // What our keys for this person have become; a later try makes new ones.
  ['server returned error 479', away],
  ['server returned error 5', { kind: 'unknown', code: 'server_error' }],
  ['server returned error ', { kind: 'refused', code: 'rejected' }],
];

/** What a reply to a send request means for the message; `attempt` counts its requests from 1. */
export function outcomeOfReply(
  reply: Exclude<WuzapiReply, { readonly kind: 'ok' }>,
  attempt: number,
): Exclude<SendOutcome, { readonly kind: 'sent' }> {
  switch (reply.kind) {
    case 'error':
      return outcomeOfRule(ruleOfError(reply.httpStatus, reply.words), attempt, errorOf(reply));
    case 'unreadable': {
      const rule = ruleOfStatus(reply.httpStatus);
      const waits = reply.waitMs === undefined ? {} : { waitMs: reply.waitMs };
      return outcomeOfRule({ ...rule, ...waits }, attempt, { httpStatus: reply.httpStatus });
    }
    case 'not_written':
      return { kind: 'not_sent', code: reply.code === 'aborted' ? 'not_started' : reply.code };
    case 'lost':
      return { kind: 'unknown', code: reply.code };
    default:
      return reply satisfies never;
  }
}

function ruleOfError(httpStatus: number, words: string): Rule {
  const said = words.toLowerCase();
  if (said.startsWith(sending)) {
    const inner = said.slice(sending.length);
    if (/\b(429|rate-overlimit)\b/.test(inner) && !inner.startsWith('server returned')) {
      // Some question before the message was one too many.
      return { kind: 'not_sent', code: 'throttled', waitMs: 60_000, effect: 'slow_down' };
    }
    return ruleIn(whileSending, inner) ?? { kind: 'unknown', code: 'server_error' };
  }
  const known = ruleIn(beforeSending, said);
  if (known !== undefined) return known;
  // The gateway says 400 to a request that it has looked at and not begun.
  if (httpStatus === 400) return { kind: 'refused', code: 'message_invalid' };
  return ruleOfStatus(httpStatus);
}

function ruleIn(rules: Rules, said: string): Rule | undefined {
  return rules.find(([begins]) => said.startsWith(begins))?.[1];
}

/** An answer that is not the gateway's own, by its status alone. */
function ruleOfStatus(httpStatus: number): Rule {
  switch (httpStatus) {
    case 401:
    case 403:
      return { kind: 'not_sent', code: 'token_invalid', waitMs: 900_000, effect: 'pause_connection' };
    case 404:
    case 405:
      // Nothing took the request on: there is no gateway at this address.
      return { kind: 'not_sent', code: 'gateway_missing', waitMs: 900_000, effect: 'pause_connection' };
    case 413:
      return { kind: 'refused', code: 'media_too_big' };
    case 429:
      return { kind: 'not_sent', code: 'throttled', waitMs: 1_000, effect: 'slow_down' };
    default:
      return { kind: 'unknown', code: httpStatus >= 500 ? 'server_error' : 'unreadable_reply' };
  }
}

function outcomeOfRule(
  { kind, code, waitMs, effect }: Rule,
  attempt: number,
  error: NetworkError,
): Exclude<SendOutcome, { readonly kind: 'sent' }> {
  const notes = { error, ...(effect === undefined ? {} : { effect }) };
  if (kind !== 'not_sent') return { kind, code, ...notes };
  // Without an effect nothing but this message waits: it must not wait for ever.
  if (effect === undefined && attempt >= mostAttempts) return { kind: 'refused', code, ...notes };
  return { kind, code, ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }), ...notes };
}

/** The gateway's words without the numbers of people in them, and the code that WhatsApp gave. */
function errorOf({
  httpStatus,
  words,
}: {
  readonly httpStatus: number;
  readonly words: string;
}): NetworkError {
  const code = /server returned error (\d{1,6})/.exec(words)?.[1];
  const details = words.replaceAll(/\d{6,}/g, '…').slice(0, 300);
  return { httpStatus, details, ...(code === undefined ? {} : { code: Number(code) }) };
}
