import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Secret } from '../../secret.ts';
import { parseWebhook } from '../webhooks/parse-webhook.ts';
import { challengeOf, isSignedWebhook } from '../webhooks/verify-webhook.ts';
import type { WebhookContents } from '../webhooks/webhook-events.ts';

export interface WebhookReceiverOptions {
  readonly appSecret: Secret;
  readonly verifyToken: Secret;
  /** Takes what a webhook holds; when it rejects the answer is 503, and the webhook comes again. */
  readonly onContents: (contents: WebhookContents) => Promise<void>;
}

/** An address that takes webhooks, made of the exported parts alone: what a route has to do, and no more. */
export async function startWebhookReceiver(
  options: WebhookReceiverOptions,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer((incoming, reply) => {
    const answer = async (): Promise<[number, string]> => {
      const query = new URL(incoming.url ?? '/', 'http://localhost').searchParams;
      if (incoming.method === 'GET') {
        const challenge = challengeOf(Object.fromEntries(query), options.verifyToken);
        return challenge === undefined ? [403, ''] : [200, challenge];
      }
      const chunks: Buffer[] = [];
      for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
      const body = Buffer.concat(chunks);
      const header = incoming.headers['x-hub-signature-256'];
      const signature = Array.isArray(header) ? undefined : header;
      if (!isSignedWebhook(body, signature, [options.appSecret])) return [401, ''];
      await options.onContents(parseWebhook(body));
      return [200, ''];
    };
    answer().then(
      ([status, text]) => reply.writeHead(status).end(text),
      () => reply.writeHead(503).end(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    // A TCP server has an address of this shape.
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
