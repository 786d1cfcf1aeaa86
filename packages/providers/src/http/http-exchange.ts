import type { ClientRequest, IncomingMessage } from 'node:http';
import { Agent as TlsAgent, request as tls } from 'node:https';
import type { Socket } from 'node:net';
import { codeOfConnectError } from './connect-error.ts';
import { nodeHttp } from './node-http.ts';

/** One request of a network's API. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly signal: AbortSignal;
  /** An instant of `performance.now()` after which nothing is put on the wire. */
  readonly notAfterMs: number;
}

/** An answer, whole. */
export interface HttpReply {
  readonly kind: 'answered';
  readonly status: number;
  /** The value of a header, by its name in lower case; several values are joined by a comma. */
  readonly header: (name: string) => string | undefined;
  readonly body: string;
}

/**
 * What became of a request. `not_written`: no byte of it left. `lost`: some may have left, and no whole answer came.
 */
export type HttpOutcome =
  | HttpReply
  | { readonly kind: 'not_written'; readonly code: string }
  | {
      readonly kind: 'lost';
      readonly code: 'timeout' | 'connection_lost' | 'reply_too_long';
    };

/** Sends requests over connections that are kept open, and knows whether a byte of each has left. */
export interface HttpExchange {
  /** Never rejects. */
  send(request: HttpRequest): Promise<HttpOutcome>;
  /** Waits for what is under way, then closes every connection. Later requests are `not_written`. Idempotent. */
  close(): Promise<void>;
}

export interface HttpExchangeOptions {
  /** Connections to one host at once; default 256. Further requests wait for one to be free. */
  readonly maxConnections?: number;
  /** Until a connection is made, its encryption included; default 5 000. */
  readonly connectTimeoutMs?: number;
  /** From the first byte out to the last byte in; default 12 000. */
  readonly replyTimeoutMs?: number;
  /** A connection that nothing uses is closed after so long; default 4 000, less than servers commonly wait. */
  readonly idleMs?: number;
  /** Default 1 MiB. */
  readonly maxReplyBytes?: number;
  /** Certificates to trust, as PEM, instead of the well-known ones: for a host with an authority of its own. */
  readonly ca?: string;
}

/**
 * Opens nothing until the first request. Not `fetch`: that one gives no moment between a connection that is made and
 * the first byte, which is when a deadline must be looked at, and does not tell whether a byte left before it failed.
 */
export function createHttpExchange(options: HttpExchangeOptions = {}): HttpExchange {
  const idleMs = options.idleMs ?? 4_000;
  const pooled = { keepAlive: true, maxSockets: options.maxConnections ?? 256, timeout: idleMs } as const;
  const trusted = options.ca === undefined ? {} : { ca: options.ca };
  const agents = { 'http:': new nodeHttp.Agent(pooled), 'https:': new TlsAgent({ ...pooled, ...trusted }) };
  const settings: Settings = {
    connectTimeoutMs: options.connectTimeoutMs ?? 5_000,
    replyTimeoutMs: options.replyTimeoutMs ?? 12_000,
    maxReplyBytes: options.maxReplyBytes ?? 1_048_576,
    connected: new WeakSet(),
  };
  const underWay = new Set<Promise<HttpOutcome>>();
  let isClosed = false;
  return {
    send(request) {
      if (isClosed) return Promise.resolve({ kind: 'not_written', code: 'closed' });
      const open = (): ClientRequest => {
        const { method, headers } = request;
        return request.url.protocol === 'https:'
          ? tls(request.url, { method, headers, agent: agents['https:'] })
          : nodeHttp.request(request.url, { method, headers, agent: agents['http:'] });
      };
      const outcome = exchange(open, request, settings);
      underWay.add(outcome);
      void outcome.then(() => underWay.delete(outcome));
      return outcome;
    },
    async close() {
      isClosed = true;
      await Promise.all(underWay);
      agents['http:'].destroy();
      agents['https:'].destroy();
    },
  };
}

interface Settings extends Required<
  Pick<HttpExchangeOptions, 'connectTimeoutMs' | 'replyTimeoutMs' | 'maxReplyBytes'>
> {
  /** Connections that are made; a request that waited for one is not told that it is used again. */
  readonly connected: WeakSet<Socket>;
}

/** One request: its bytes are held back until there is a connection and the deadline has been looked at. */
function exchange(open: () => ClientRequest, request: HttpRequest, settings: Settings): Promise<HttpOutcome> {
  return new Promise((resolve) => {
    if (request.signal.aborted) return resolve({ kind: 'not_written', code: 'aborted' });
    let hasWritten = false;
    let timer: NodeJS.Timeout | undefined;
    let outgoing: ClientRequest;
    const finish = (outcome: HttpOutcome): void => {
      clearTimeout(timer);
      request.signal.removeEventListener('abort', onAbort);
      resolve(outcome);
      if (outcome.kind !== 'answered') outgoing?.destroy();
    };
    const giveUp = (before: string, after: 'timeout' | 'connection_lost'): void =>
      finish(hasWritten ? { kind: 'lost', code: after } : { kind: 'not_written', code: before });
    const onAbort = (): void => giveUp('aborted', 'timeout');
    const write = (): void => {
      if (performance.now() > request.notAfterMs) return finish({ kind: 'not_written', code: 'too_late' });
      clearTimeout(timer);
      timer = setTimeout(() => giveUp('timeout', 'timeout'), settings.replyTimeoutMs);
      hasWritten = true;
      outgoing.end(request.body);
    };
    try {
      outgoing = open();
    } catch {
      // A header or an address that cannot be sent: nothing has been.
      return resolve({ kind: 'not_written', code: 'request_invalid' });
    }
    outgoing.on('error', (error) => giveUp(codeOfConnectError(error), 'connection_lost'));
    outgoing.once('socket', (socket) => {
      if (settings.connected.has(socket)) return write();
      timer = setTimeout(() => giveUp('connect_timeout', 'timeout'), settings.connectTimeoutMs);
      socket.once(outgoing.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
        settings.connected.add(socket);
        write();
      });
    });
    outgoing.once('response', (reply) => {
      readAll(reply, settings.maxReplyBytes).then(finish, () => giveUp('', 'connection_lost'));
    });
    request.signal.addEventListener('abort', onAbort, { once: true });
  });
}

/** By events: an iterator of its own for each reply costs more than the reply. */
function readAll(reply: IncomingMessage, maxBytes: number): Promise<HttpOutcome> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    reply.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBytes) return void chunks.push(chunk);
      resolve({ kind: 'lost', code: 'reply_too_long' });
      reply.destroy();
    });
    reply.once('end', () => {
      resolve({
        kind: 'answered',
        status: reply.statusCode ?? 0,
        header: (name) => {
          const value = reply.headers[name];
          return Array.isArray(value) ? value.join(', ') : value;
        },
        body: Buffer.concat(chunks, bytes).toString('utf8'),
      });
    });
    reply.once('error', reject);
    // Without an end before it: the connection went in the middle of the reply.
    reply.once('close', () => reject(new Error('the reply was cut off')));
  });
}
