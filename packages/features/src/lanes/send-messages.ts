import type { MessageContent, Provider, SendOutcome } from '@zaphub/providers';
import type { Deadline } from './deadline.ts';

/** One marked message with its text. */
export interface Outgoing {
  readonly id: string;
  readonly recipient: string;
  readonly text: string;
  /** What to send instead of the text. */
  readonly content?: MessageContent;
  /** The network's id of the message that this one answers. */
  readonly replyTo?: string;
  readonly requests: number;
  readonly lostOutcomes: number;
}

export interface SendInput {
  readonly connectionId: string;
  readonly campaignId: string;
  readonly deadline: Deadline;
  readonly timeoutMs: number;
  readonly maxInFlight: number;
}

const notStarted: SendOutcome = { kind: 'not_sent', code: 'not_started', retryAfterMs: 0 };
const longestRetryMs = 86_400_000;
const timedOut: SendOutcome = { kind: 'unknown', code: 'timeout' };

/**
 * Sends marked messages, `maxInFlight` at once, and answers an outcome for each, in their order. The deadline is
 * looked at right before each request: past it nothing leaves, and that is certain. One timer bounds them all: then
 * the requests are told to stop, and one that cannot say at once what became of it has an unknown outcome.
 */
export function sendMessages(
  provider: Pick<Provider, 'send'>,
  messages: readonly Outgoing[],
  input: SendInput,
): Promise<SendOutcome[]> {
  const { deadline } = input;
  const outcomes: (SendOutcome | undefined)[] = Array.from({ length: messages.length });
  const timeUp = new AbortController();
  let next = 0;
  let open = messages.length;

  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      resolve(outcomes.map((outcome) => outcome ?? timedOut));
    };
    const timer = setTimeout(() => {
      for (; next < messages.length; next++, open--) outcomes[next] = notStarted;
      timeUp.abort();
      // What was still in line, or had no byte on the wire, answers that it certainly did not leave.
      setImmediate(finish);
    }, input.timeoutMs);
    const settle = (index: number, outcome: SendOutcome): void => {
      outcomes[index] = outcome;
      if (--open === 0) finish();
      else startNext();
    };
    const startNext = (): void => {
      const index = next++;
      const message = messages[index];
      if (message === undefined) return;
      if (deadline.isOver()) {
        // Not recursion by a stack frame a message: what is left is settled here in one go.
        outcomes[index] = notStarted;
        open--;
        for (; next < messages.length; next++, open--) outcomes[next] = notStarted;
        if (open === 0) finish();
        return;
      }
      request(provider, message, { input, signal: timeUp.signal }).then(
        (outcome) => settle(index, bounded(outcome)),
        // A provider never rejects; one that does may have sent.
        () => settle(index, { kind: 'unknown', code: 'provider_error' }),
      );
    };
    if (messages.length === 0) finish();
    else for (let i = Math.min(input.maxInFlight, messages.length); i > 0; i--) startNext();
  });
}

/** One request; a provider that throws instead of promising is one that rejects. */
function request(
  provider: Pick<Provider, 'send'>,
  message: Outgoing,
  { input, signal }: { readonly input: SendInput; readonly signal: AbortSignal },
): Promise<SendOutcome> {
  try {
    return provider.send(
      {
        messageId: message.id,
        to: message.recipient,
        text: message.text,
        ...(message.content === undefined ? {} : { content: message.content }),
        ...(message.replyTo === undefined ? {} : { replyTo: message.replyTo }),
        sender: input.connectionId,
        reference: input.campaignId,
        attempt: message.requests + 1,
      },
      { signal, notAfterMs: input.deadline.atMs },
    );
  } catch (error) {
    return Promise.reject(error instanceof Error ? error : new Error(String(error)));
  }
}

/** A wait that no clock can hold would fail the statement that records it, and with it the whole batch. */
function bounded(outcome: SendOutcome): SendOutcome {
  if (outcome.kind !== 'not_sent' || outcome.retryAfterMs === undefined) return outcome;
  const { retryAfterMs, ...rest } = outcome;
  return retryAfterMs >= 0 ? { ...rest, retryAfterMs: Math.min(retryAfterMs, longestRetryMs) } : rest;
}
