import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

/** Where and how one user's webhooks go. */
export interface WebhookTarget {
  readonly url: string;
  readonly events: readonly string[];
  readonly hmacKey: string | undefined;
}

/** Sends webhooks as the gateway does: a form or JSON, signed when there is a key, again until the answer is 2xx. */
export interface GatewayWebhooks {
  /** Nothing is sent of a type that was not asked for. */
  send(target: WebhookTarget | undefined, webhook: GatewayWebhook): void;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** One webhook before it is packed. */
export interface GatewayWebhook {
  readonly type: string;
  readonly event: unknown;
  readonly [more: string]: unknown;
}

const mostAttempts = 8;

/** `format` is the gateway's WEBHOOK_FORMAT. */
export function createGatewayWebhooks(format: 'form' | 'json'): GatewayWebhooks {
  const underWay = new Set<Promise<unknown>>();
  const closing = new AbortController();
  const deliver = async (target: WebhookTarget, webhook: GatewayWebhook): Promise<void> => {
    const { body, type } = packed(format, webhook);
    const signature =
      target.hmacKey === undefined ? {} : { 'x-hmac-signature': gatewaySignatureOf(body, target.hmacKey) };
    for (let i = 0, waitMs = 5; i < mostAttempts && !closing.signal.aborted; i++, waitMs *= 2) {
      const reply = await fetch(target.url, {
        method: 'POST',
        headers: { 'content-type': type, ...signature },
        body,
        signal: closing.signal,
      }).catch(() => undefined);
      await reply?.body?.cancel();
      if (reply?.ok === true) return;
      await sleep(waitMs, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  };
  const idle = async (): Promise<void> => {
    while (underWay.size > 0) await Promise.all(underWay);
  };
  return {
    send(target, webhook) {
      if (target === undefined) return;
      if (!target.events.includes(webhook.type) && !target.events.includes('All')) return;
      const delivery = deliver(target, webhook);
      underWay.add(delivery);
      void delivery.then(() => underWay.delete(delivery));
    },
    idle,
    close() {
      closing.abort();
      return idle();
    },
  };
}

/** The bytes of a webhook as the gateway posts it. */
export function packed(
  format: 'form' | 'json',
  webhook: GatewayWebhook,
): { readonly body: string; readonly type: string } {
  const user = { instanceName: 'number', userID: '1' };
  if (format === 'json') return { body: JSON.stringify({ ...webhook, ...user }), type: 'application/json' };
  const body = new URLSearchParams({
    instanceName: user.instanceName,
    jsonData: JSON.stringify(webhook),
    userID: user.userID,
  });
  return { body: body.toString(), type: 'application/x-www-form-urlencoded' };
}

/** The value of `X-Hmac-Signature` for a body. */
export function gatewaySignatureOf(body: string | Uint8Array, hmacKey: string): string {
  return createHmac('sha256', hmacKey).update(body).digest('hex');
}
