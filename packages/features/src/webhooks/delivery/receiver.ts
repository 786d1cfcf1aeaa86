import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it came. */
export interface ReceivedCall {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/** A tenant's own system, for tests: keeps what comes and answers as it is told. */
export interface Receiver {
  readonly url: string;
  readonly calls: readonly ReceivedCall[];
  /** How the next requests are answered; `204` unless told otherwise. */
  answer(how: (call: ReceivedCall, response: ServerResponse, request: IncomingMessage) => void): void;
  close(): Promise<void>;
}

/** Listens on a free port of the loopback. */
export async function startReceiver(): Promise<Receiver> {
  const calls: ReceivedCall[] = [];
  let how: Parameters<Receiver['answer']>[0] = (_call, response) => response.writeHead(204).end();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      const call = { path: request.url ?? '', headers, body: Buffer.concat(chunks).toString('utf8') };
      calls.push(call);
      how(call, response, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on a port has such an address.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    calls,
    answer: (given) => {
      how = given;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
