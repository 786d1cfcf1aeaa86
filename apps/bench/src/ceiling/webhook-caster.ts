import { createHmac, createSecretKey } from 'node:crypto';
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
  cast(bodies: readonly string[]): void;
  counts(): CasterCounts;
  close(): void;
}

export interface CasterOptions {
  readonly url: string;
  readonly appSecret: string;
  readonly connections: number;
}

/** Posts of one connection that may wait for their answers at once, in order (RFC 9112, section 9.3.2). */
const pipelined = 24;
const reconnectMs = 100;
const endOfHead = '\r\n\r\n';
const good = 'HTTP/1.1 200 ';
const lengthHeader = '\r\nContent-Length: ';

/**
 * Written on bare sockets: an HTTP client for each of thousands of posts a second would take the processor from what
 * is measured. Bodies are ASCII, so that their length is that of the text.
 */
export function createWebhookCaster(options: CasterOptions): WebhookCaster {
  const { hostname, port, pathname } = new URL(options.url);
  const key = createSecretKey(Buffer.from(options.appSecret));
  const waiting: string[] = [];
  let next = 0;
  const lines = new Set<Line>();
  let taken = 0;
  let retried = 0;
  let isClosed = false;

  const head =
    `POST ${pathname} HTTP/1.1\r\nhost: ${hostname}:${port}\r\ncontent-type: application/json\r\n` +
    'x-hub-signature-256: sha256=';
  const requestOf = (body: string): string => {
    const signature = createHmac('sha256', key).update(body, 'latin1').digest('hex');
    return `${head}${signature}\r\ncontent-length: ${body.length}${endOfHead}${body}`;
  };

  /** One connection; what it had not been answered when it broke goes back to the others. */
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

    /** As many as there is room for, in one write. */
    fill(): void {
      if (this.#socket.readyState !== 'open') return;
      let bytes = '';
      while (this.#underWay.length < pipelined) {
        const body = waiting[next];
        if (body === undefined) break;
        next++;
        this.#underWay.push(body);
        bytes += requestOf(body);
      }
      forgetSent();
      if (bytes !== '') this.#socket.write(bytes, 'latin1');
    }

    end(): void {
      this.#socket.destroy();
    }

    #read(chunk: string): void {
      const text = this.#received + chunk;
      let at = 0;
      for (;;) {
        const end = text.indexOf(endOfHead, at);
        if (end < 0) break;
        const length = lengthOf(text.slice(at, end));
        const after = end + endOfHead.length + length;
        if (text.length < after) break;
        const body = this.#underWay.shift();
        if (text.startsWith(good, at)) taken++;
        else if (body !== undefined) again(body);
        at = after;
      }
      this.#received = text.slice(at);
      // Half of the room at least: a write for each answer would be one for each request.
      if (this.#underWay.length <= pipelined / 2) this.fill();
    }

    #broke(): void {
      lines.delete(this);
      for (const body of this.#underWay.splice(0)) again(body);
      if (!isClosed) setTimeout(open, reconnectMs);
    }
  }

  /** What was sent leaves the front of the list now and then, not one by one. */
  const forgetSent = (): void => {
    if (next < 1_000 && next < waiting.length) return;
    waiting.splice(0, next);
    next = 0;
  };
  const again = (body: string): void => {
    retried++;
    waiting.push(body);
  };
  const open = (): void => {
    if (!isClosed) lines.add(new Line());
  };
  for (let n = 0; n < options.connections; n++) open();

  return {
    cast(bodies) {
      waiting.push(...bodies);
      for (const line of lines) {
        if (next === waiting.length) return;
        if (line.underWay < pipelined) line.fill();
      }
    },
    counts: () => ({
      taken,
      retried,
      pending: waiting.length - next + [...lines].reduce((sum, line) => sum + line.underWay, 0),
    }),
    close() {
      isClosed = true;
      for (const line of lines) line.end();
    },
  };
}

/** The length of an answer's body; no header, no body. */
function lengthOf(head: string): number {
  const at = head.indexOf(lengthHeader);
  if (at < 0) return 0;
  return Number.parseInt(head.slice(at + lengthHeader.length), 10);
}
