import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { nodeHttp } from '../http/node-http.ts';
import { jsonOf } from '../json-of.ts';
import type { Simulator } from './create-simulator.ts';
import { readJournal } from './read-journal.ts';
import { simulatorAction } from './scenario.ts';

/** Lets tests make things happen to a simulated network, and read what reached phones. */
export interface SimulatorControl {
  readonly url: string;
  close(): Promise<void>;
}

const maxBodyBytes = 64 * 1024;

/**
 * Listens on 127.0.0.1 only: `POST /actions` with one action, `GET /conditions`, `GET /counts?campaign=…`. There is no
 * password: whoever can open a connection from this machine may use it, a page in a browser may not.
 * @throws Error with the code `EADDRINUSE` when the port is taken, such as by another worker of the same network
 */
export async function startSimulatorControl(
  simulator: Pick<Simulator, 'perform' | 'conditions'>,
  options: { readonly journalDir: string; readonly port: number },
): Promise<SimulatorControl> {
  const routes: Record<string, (query: URLSearchParams, body: string) => Promise<[number, unknown]>> = {
    'GET /conditions': () => Promise.resolve([200, simulator.conditions()]),
    async 'GET /counts'(query) {
      const campaign = query.get('campaign');
      return [200, await readJournal(options.journalDir, campaign === null ? {} : { campaign })];
    },
    'POST /actions'(_, body) {
      const action = simulatorAction.safeParse(jsonOf(body));
      if (!action.success) {
        const issues = action.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
        return Promise.resolve([422, { issues }]);
      }
      simulator.perform(action.data);
      return Promise.resolve([200, simulator.conditions()]);
    },
  };

  const answer = async (incoming: IncomingMessage): Promise<[number, unknown]> => {
    const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://localhost');
    // A browser names the page's origin, or was led here by a name that somebody else owns.
    if (incoming.headers.origin !== undefined || !isOurName(incoming.headers.host)) return [403, {}];
    const route = routes[`${incoming.method ?? ''} ${pathname}`];
    if (route === undefined) return [404, { routes: Object.keys(routes) }];
    const body = await bodyOf(incoming);
    return body === undefined ? [413, {}] : route(searchParams, body);
  };
  const server = nodeHttp.createServer((incoming, reply) => {
    answer(incoming).then(
      ([status, value]) => send(reply, status, value),
      () => send(reply, 500, {}),
    );
  });
  server.listen(options.port, '127.0.0.1');
  await once(server, 'listening');
  return {
    // A TCP server has an address of this shape.
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function isOurName(host: string | undefined): boolean {
  return /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host ?? '');
}

async function bodyOf(incoming: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function send(reply: ServerResponse, status: number, value: unknown): void {
  reply.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
