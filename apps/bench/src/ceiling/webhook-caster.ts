import { createHmac } from 'node:crypto';
import { connect, type Socket } from 'node:net';

/** What the caster has come to. */
export interface CasterCounts {
  /** Answered with 200. */
  readonly taken: number;
  /** Posts that were not answered with 200, each of which was made again. */
  readonly retried: number;
  /** Waiting, or under way. */
  readonly pending: number;
}

/** Posts signed webhooks as fast as they are due, and again until each is answered with 200. */
export interface WebhookCaster {
  cast(body: string): void;
  counts(): CasterCounts;
  close(): void;
}

export interface CasterOptions {
  readonly url: string;
  readonly appSecret: string;
  readonly connections: number;
}

/** Posts of one connection that may wait for their answers at once, in order (RFC 9112, section 9.3.2). */
const pipelined = 8;
const reconnectMs = 100;

/**
 * Written on bare sockets: an HTTP client for each of thousands of posts a second would take the processor from what
 * is measured.
 */
export function createWebhookCaster(options: CasterOptions): WebhookCaster {
  const { hostname, port, pathname } = new URL(options.url);
  const waiting: string[] = [];
  const lines = new Set<Line>();
  let taken = 0;
  let retried = 0;
  let isClosed = false;

  const head = `POST ${pathname} HTTP/1.1\r\nhost: ${hostname}:${port}\r\ncontent-type: application/json\r\n`;
  const requestOf = (body: string): string =>
    `${head}x-hub-signature-256: sha256=${createHmac('sha256', options.appSecret).update(body).digest('hex')}\r\n` +
    `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

  /** One connection; what it had not been answered when it broke goes back to the front. */
  class Line {
    readonly #socket: Socket;
    readonly #underWay: string[] = [];
    #received = '';

    constructor() {
      this.#socket = connect({ host: hostname, port: Number(port), noDelay: true });
      this.#socket.setEncoding('latin1');
      this.#socket.on('connect', () => this.fill());
      this.#socket.on('data', (chunk: string) => this.#read(chunk));
      this.#socket.on('error', () => undefined);
      this.#socket.on('close', () => this.#broke());
    }

    get underWay(): number {
      return this.#underWay.length;
    }

    fill(): void {
      if (this.#socket.readyState !== 'open') return;
      let bytes = '';
      while (this.#underWay.length < pipelined) {
        const body = waiting.shift();
        if (body === undefined) break;
        this.#underWay.push(body);
        bytes += requestOf(body);
      }
      if (bytes !== '') this.#socket.write(bytes);
    }

    end(): void {
      this.#socket.destroy();
    }

    #read(chunk: string): void {
      this.#received += chunk;
      for (;;) {
        const end = this.#received.indexOf('\r\n\r\n');
        if (end < 0) break;
        const length = Number(/\r\ncontent-length: (\d+)/i.exec(this.#received.slice(0, end))?.[1] ?? 0);
        if (this.#received.length < end + 4 + length) break;
        const isTaken = this.#received.startsWith('HTTP/1.1 200');
        this.#received = this.#received.slice(end + 4 + length);
        const body = this.#underWay.shift();
        if (isTaken) taken++;
        else if (body !== undefined) again(body);
      }
      this.fill();
    }

    #broke(): void {
      lines.delete(this);
      for (const body of this.#underWay.splice(0)) again(body);
      if (!isClosed) setTimeout(open, reconnectMs);
    }
  }

  const again = (body: string): void => {
    retried++;
    waiting.unshift(body);
  };
  const open = (): void => {
    if (!isClosed) lines.add(new Line());
  };
  for (let n = 0; n < options.connections; n++) open();

  return {
    cast(body) {
      waiting.push(body);
      for (const line of lines) {
        if (waiting.length === 0) return;
        if (line.underWay < pipelined) line.fill();
      }
    },
    counts: () => ({
      taken,
      retried,
      pending: waiting.length + [...lines].reduce((sum, line) => sum + line.underWay, 0),
    }),
    close() {
      isClosed = true;
      for (const line of lines) line.end();
    },
  };
}
