import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Secret } from '../../secret.ts';
import type { WebhookNews } from '../../webhook-source.ts';
import { wuzapiWebhooks } from '../webhooks/wuzapi-webhooks.ts';

export interface WebhookReceiverOptions {
  readonly hmacKey: string;
  /** Takes what a webhook says; when it rejects the answer is 503, and the webhook comes again. */
  readonly onNews: (news: WebhookNews) => Promise<void>;
}

/** An address that takes webhooks of a gateway, made of the exported parts alone. */
export async function startWebhookReceiver(
  options: WebhookReceiverOptions,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const secrets = { hmac_key: new Secret(options.hmacKey) };
  const server = createServer((incoming, reply) => {
    const answer = async (): Promise<number> => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
      const body = Buffer.concat(chunks);
      const headers = Object.fromEntries(
        Object.entries(incoming.headers).map(([name, value]) => [
          name,
          Array.isArray(value) ? value[0] : value,
        ]),
      );
      if (!wuzapiWebhooks.isGenuine(body, headers, secrets)) return 401;
      await options.onNews(wuzapiWebhooks.parse(body, headers));
      return 200;
    };
    answer().then(
      (status) => reply.writeHead(status).end(),
      () => reply.writeHead(503).end(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    // A TCP server has an address of this shape.
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/wuzapi/connection`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
