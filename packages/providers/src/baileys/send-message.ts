import type { Mutex } from '@zaphub/concurrency';
import type { WASocket } from 'baileys';
import type { SendOptions, SendOutcome, SendRequest } from '../provider.ts';
import type { Acknowledgements, Answer } from './acknowledgements.ts';
import { outcomeOfNack } from './ack-outcome.ts';
import { phoneOf } from './addresses.ts';
import { type Draft, draftOf, messageOf } from './compose.ts';
import { absent, type FindPerson } from './find-person.ts';
import type { Baileys } from './load-baileys.ts';
import type { PrepareMedia } from './media/prepare-media.ts';
import type { GiveToken } from './privacy-tokens.ts';
import { type Outgoing, relay } from './relay.ts';
import type { SentMessages } from './sent-messages.ts';
import { untilAborted } from './until-aborted.ts';

/** A connection that can send, and what was learnt on it. */
export interface Line {
  readonly socket: WASocket;
  readonly findPerson: FindPerson;
  readonly prepareMedia: PrepareMedia;
  readonly giveToken: GiveToken;
}

export interface SendParts {
  readonly baileys: Baileys;
  readonly ratchets: Mutex;
  readonly acknowledgements: Acknowledgements;
  /** How long the server may take to say that it has a message. */
  readonly acknowledgedMs: number;
  /** The line as it is now; `undefined` while there is none. */
  readonly line: () => Line | undefined;
  readonly sent: SentMessages;
}

type GoodDraft = Extract<Draft, { ok: true }>;
type NotSent = Extract<SendOutcome, { kind: 'not_sent' | 'refused' }>;

const sessionDown: NotSent = { kind: 'not_sent', code: 'session_down', retryAfterMs: 5_000 };
const away: NotSent = { kind: 'not_sent', code: 'whatsapp_away', retryAfterMs: 10_000 };

/** Sends one message and says what is known of it. Never rejects. */
export function createSendMessage(
  parts: SendParts,
): (request: SendRequest, options: SendOptions) => Promise<SendOutcome> {
  return async (request, options) => {
    const draft = draftOf(request);
    if (!draft.ok) return { kind: 'refused', code: 'message_invalid', error: { details: draft.details } };
    const line = parts.line();
    if (line === undefined) return sessionDown;
    const objection = (): string | undefined => {
      if (parts.line() !== line) return 'session_down';
      if (options.signal.aborted) return 'not_started';
      return performance.now() > options.notAfterMs ? 'too_late' : undefined;
    };
    const early = objection();
    if (early !== undefined) return { kind: 'not_sent', code: early };
    try {
      const outgoing = await untilAborted(prepare(line, draft, request, options.signal), options.signal);
      return 'kind' in outgoing ? outgoing : await write(parts, line, outgoing, { ...options, objection });
    } catch {
      // Whatever it was, it was before the first byte of the message.
      return { ...away, code: objection() ?? away.code };
    }
  };
}

/** Everything that the message needs before it can be encrypted. */
async function prepare(
  { findPerson, prepareMedia }: Line,
  { id, address: asked, body }: GoodDraft,
  { replyTo }: SendRequest,
  signal: AbortSignal,
): Promise<Outgoing | NotSent> {
  const address = await findPerson(asked);
  if (address === absent) return { kind: 'refused', code: 'recipient_unavailable' };
  if ('text' in body) return { id, address, message: messageOf(body, address, replyTo) };
  const prepared = await prepareMedia(body.media, body.link, signal);
  if ('failed' in prepared) {
    const { code, details, isFinal } = prepared;
    const error = { details };
    return isFinal
      ? { kind: 'refused', code, error }
      : { kind: 'not_sent', code, retryAfterMs: 30_000, error };
  }
  return { id, address, message: messageOf({ prepared, plan: body }, address, replyTo) };
}

async function write(
  { baileys, ratchets, acknowledgements, acknowledgedMs, sent }: SendParts,
  { socket, giveToken }: Line,
  outgoing: Outgoing,
  { signal, objection }: SendOptions & { readonly objection: () => string | undefined },
): Promise<SendOutcome> {
  const { id, address } = outgoing;
  let answered: Promise<Answer> | undefined;
  const relayed = await relay(
    {
      baileys,
      socket,
      ratchets,
      sent,
      objection() {
        const code = objection();
        if (code === undefined) {
          answered = acknowledgements.wait(id, { timeoutMs: acknowledgedMs, signal });
        }
        return code;
      },
    },
    outgoing,
  );
  if (relayed.kind === 'not_written' || answered === undefined) {
    const code = relayed.kind === 'not_written' ? relayed.code : 'session_down';
    if (code === 'recipient_unavailable') return { kind: 'refused', code };
    return { kind: 'not_sent', code };
  }
  const answer = await answered;
  switch (answer.kind) {
    case 'taken': {
      void giveToken(address);
      const reachedAs = phoneOf(address);
      return { kind: 'sent', providerMessageId: id, ...(reachedAs === undefined ? {} : { reachedAs }) };
    }
    case 'not_taken':
      // The list of devices may be what is wrong: it is read again the next time.
      await forgetDevices(socket, address);
      return outcomeOfNack(answer.error);
    case 'lost':
      return { kind: 'unknown', code: answer.code };
    default:
      return answer satisfies never;
  }
}

async function forgetDevices({ userDevicesCache }: WASocket, address: string): Promise<void> {
  try {
    await userDevicesCache.del(address.slice(0, address.indexOf('@')));
  } catch {
    // It forgets them by itself within five minutes.
  }
}
