import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { nodeHttp } from '@zaphub/providers';

/** One page of the endpoint. */
export type NumbersPage = () => Promise<{
  readonly status?: number;
  readonly type: string;
  readonly text: string;
}>;

/** The endpoint, open. */
export interface NumbersServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Serves pages by their path on this machine alone: whoever reaches the loopback is an operator. Port 0 is any that is
 * free.
 */
export async function serveNumbers(
  pages: Readonly<Record<string, NumbersPage>>,
  port: number,
): Promise<NumbersServer> {
  const server = nodeHttp.createServer((req, res) => {
    answer(pages, req, res).catch(() => res.destroy());
  });
  server.listen({ port, host: '127.0.0.1' });
  await once(server, 'listening');
  return {
    // A server that listens on a port has an address of this form.
    port: (server.address() as AddressInfo).port,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function answer(
  pages: Readonly<Record<string, NumbersPage>>,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const [path = '/'] = (req.url ?? '/').split('?', 1);
  const page = Object.hasOwn(pages, path) ? pages[path] : undefined;
  if (page === undefined || (req.method !== 'GET' && req.method !== 'HEAD')) {
    res.writeHead(page === undefined ? 404 : 405).end();
    return;
  }
  const { status = 200, type, text } = await page();
  res.writeHead(status, {
    'Content-Type': type,
    'Cache-Control': 'no-store',
    'Content-Length': Buffer.byteLength(text),
  });
  res.end(text);
}
