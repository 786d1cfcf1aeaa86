import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What arrived on one event stream so far. */
export interface TestStream {
  readonly events: readonly TestEvent[];
  readonly text: string;
  readonly isEnded: boolean;
  /** The id that a reader would send when it comes back. */
  readonly lastEventId: string | undefined;
  close(): void;
}

export interface TestEvent {
  id?: string;
  type: string;
  data: unknown;
  retryMs?: number;
}

/** A port that hands each response to `onRequest`. */
export async function startStreamServer(
  onRequest: (res: ServerResponse, req: IncomingMessage) => void,
): Promise<{ url: string; server: Server; close(): Promise<void> }> {
  const server = createServer((req, res) => onRequest(res, req));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    server,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Reads a stream in the background and takes it apart as the standard says. */
export async function openStream(url: string, init: RequestInit = {}): Promise<TestStream> {
  const abort = new AbortController();
  const response = await fetch(url, { ...init, signal: abort.signal });
  const state = { text: '', isEnded: false };
  const read = async (): Promise<void> => {
    try {
      for await (const part of response.body ?? []) state.text += Buffer.from(part).toString();
    } catch {
      // Cut off, by us or by the server: ended either way.
    }
    state.isEnded = true;
  };
  void read();
  return {
    get text() {
      return state.text;
    },
    get isEnded() {
      return state.isEnded;
    },
    get events() {
      return state.text
        .split('\n\n')
        .map(parseFrame)
        .filter((event) => event.data !== undefined);
    },
    get lastEventId() {
      return state.text
        .split('\n\n')
        .map(parseFrame)
        .findLast((event) => event.id !== undefined)?.id;
    },
    close: () => abort.abort(),
  };
}

function parseFrame(frame: string): TestEvent {
  const event: TestEvent = { type: 'message', data: undefined };
  for (const line of frame.split('\n')) {
    const [name, value] = line.split(/: (.*)/s);
    if (name === 'id' && value !== undefined) event.id = value;
    if (name === 'event' && value !== undefined) event.type = value;
    if (name === 'retry') event.retryMs = Number(value);
    if (name === 'data' && value !== undefined) event.data = JSON.parse(value);
  }
  return event;
}
