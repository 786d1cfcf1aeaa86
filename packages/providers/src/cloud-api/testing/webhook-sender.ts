import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

export interface WebhookSenderOptions {
  readonly url: string;
  readonly appSecret: string;
  /** Meta's own is days; default 5 ms, doubling, 10 times. */
  readonly firstRetryMs?: number;
}

/** Sends webhooks as Meta does: signed over the bytes, and again until the answer is 200. */
export interface WebhookSender {
  /** Resolves when it was taken, or given up. */
  send(payload: unknown): Promise<'taken' | 'given_up'>;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
  /** Gives up what was not taken yet. Idempotent. */
  close(): Promise<void>;
}

const mostAttempts = 10;

/** Opens nothing until the first webhook. */
export function createWebhookSender(options: WebhookSenderOptions): WebhookSender {
  const underWay = new Set<Promise<unknown>>();
  const closing = new AbortController();
  const attempt = async (body: string): Promise<boolean> => {
    try {
      const reply = await fetch(options.url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-hub-signature-256': signatureOf(body, options.appSecret),
        },
        body,
        signal: closing.signal,
      });
      await reply.body?.cancel();
      return reply.status === 200;
    } catch {
      // Not reachable now: tried again, like every answer that is not 200.
      return false;
    }
  };
  const deliver = async (body: string): Promise<'taken' | 'given_up'> => {
    let waitMs = options.firstRetryMs ?? 5;
    for (let i = 0; i < mostAttempts && !closing.signal.aborted; i++, waitMs *= 2) {
      if (await attempt(body)) return 'taken';
      await sleep(waitMs, undefined, { signal: closing.signal }).catch(() => undefined);
    }
    return 'given_up';
  };
  const idle = async (): Promise<void> => {
    while (underWay.size > 0) await Promise.all(underWay);
  };
  return {
    send(payload) {
      const delivery = deliver(JSON.stringify(payload));
      underWay.add(delivery);
      void delivery.then(() => underWay.delete(delivery));
      return delivery;
    },
    idle,
    close() {
      closing.abort();
      return idle();
    },
  };
}

/** The value of `X-Hub-Signature-256` for a body. */
export function signatureOf(body: string | Uint8Array, appSecret: string): string {
  return `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`;
}
