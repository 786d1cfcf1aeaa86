import { accepted } from '../channels/accepted.ts';
import type { Received } from '../channels/ports.ts';
import { type Clock, monotonicClock } from '../time/clock.ts';
import { WaitQueue } from '../waiting/wait-queue.ts';
import { Deadlines } from './deadlines.ts';
import { Exchange, type ExchangeKeeper, type IncomingRequest } from './exchange.ts';
import { RequestReplyClosedError } from './request-reply-closed-error.ts';
import { TooManyRequestsError } from './too-many-requests-error.ts';

/** Settings of {@link RequestReply}. */
export interface RequestReplyOptions {
  /** Requests that may wait for a reply at the same time, taken or not; a whole number from 1. */
  readonly maxPending: number;
  /** How long a request waits for its reply unless it says otherwise; above 0, `Infinity` for ever. Default 30 000. */
  readonly timeoutMs?: number;
  readonly clock?: Clock;
}

/** How one request waits. */
export interface RequestOptions {
  /** Above 0, `Infinity` for ever. Default: that of the {@link RequestReply}. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/** How somebody serves. */
export interface ServeOptions {
  /** Requests handled at the same time; a whole number from 1. Default 1. */
  readonly workers?: number;
  /** Ends the serving; handlers that run are waited for. */
  readonly signal?: AbortSignal | undefined;
}

/** Answers one request; what it throws is what the request is rejected with. */
export type RequestHandler<Request, Reply> = (
  body: Request,
  request: IncomingRequest<Request>,
) => Reply | Promise<Reply>;

/**
 * Requests that each get one reply, matched by a correlation id. Requests are taken first come first served, each
 * by one server; replies come in any order. A request ends by its reply, its handler's error, its timeout or its
 * abort, whichever is first; then it leaves at once, and a reply that comes later is dropped and counted.
 *
 * Servers may be functions (`serve`), or anything that takes requests (`receive`, `for await`) and brings back
 * `reply(id, …)`, such as a worker thread. Closing rejects all that wait and ends the servers.
 *
 * @example
 * ```ts
 * import { RequestReply } from '@zaphub/concurrency';
 *
 * const squares = new RequestReply<number, number>({ maxPending: 100, timeoutMs: 1000 });
 * const serving = squares.serve(async (value) => value * value, { workers: 2 });
 * console.log(await Promise.all([squares.request(3), squares.request(4)])); // [9, 16]
 * squares.close();
 * await serving;
 * ```
 */
export class RequestReply<Request, Reply>
  implements AsyncIterable<IncomingRequest<Request>, undefined>, AsyncDisposable
{
  readonly maxPending: number;
  readonly #timeoutMs: number;
  readonly #deadlines: Deadlines;
  readonly #keeper: ExchangeKeeper;
  /** By correlation id. */
  readonly #pending = new Map<number, Exchange<Request, Reply>>();
  /** Those that nobody has taken; only while no server is idle. */
  readonly #untaken = new WaitQueue<Reply, Request>();
  readonly #idle = new WaitQueue<Received<IncomingRequest<Request>>, undefined>();
  #lastId = 0;
  #lateReplies = 0;
  #isClosed = false;

  /** @throws RangeError for numbers out of range. */
  constructor({ maxPending, timeoutMs = 30_000, clock = monotonicClock }: RequestReplyOptions) {
    if (!Number.isInteger(maxPending) || maxPending < 1) {
      throw new RangeError(`maxPending must be a whole number from 1, not ${maxPending}`);
    }
    if (!(timeoutMs > 0)) throw notATimeout(timeoutMs);
    this.maxPending = maxPending;
    this.#timeoutMs = timeoutMs;
    this.#deadlines = new Deadlines(clock);
    this.#keeper = {
      ended: (exchange) => {
        this.#pending.delete(exchange.id);
        this.#deadlines.lift(exchange);
      },
    };
  }

  /** Requests that wait for their reply. */
  get pending(): number {
    return this.#pending.size;
  }

  /** Those of them that no server has taken. */
  get untaken(): number {
    return this.#untaken.size;
  }

  /** Replies, and refusals, that nobody waited for any more. */
  get lateReplies(): number {
    return this.#lateReplies;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /**
   * Resolves with the reply. Aborted or timed out, it leaves at once: a server that has it sees its signal abort,
   * others never get it.
   *
   * @throws RequestTimeoutError `request_timeout`; TooManyRequestsError `too_many_requests`; RequestReplyClosedError
   * `request_reply_closed`; the signal's reason; what the handler threw; RangeError for a timeout out of range. All
   * as rejections.
   */
  request(body: Request, options?: RequestOptions): Promise<Reply> {
    const timeoutMs = options?.timeoutMs ?? this.#timeoutMs;
    const signal = options?.signal;
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    if (this.#isClosed) return Promise.reject(new RequestReplyClosedError());
    if (!(timeoutMs > 0)) return Promise.reject(notATimeout(timeoutMs));
    if (this.#pending.size >= this.maxPending)
      return Promise.reject(new TooManyRequestsError(this.maxPending));
    return new Promise<Reply>((resolve, reject) => {
      const exchange = new Exchange<Request, Reply>(
        ++this.#lastId,
        body,
        timeoutMs,
        this.#keeper,
        resolve,
        reject,
      );
      this.#pending.set(exchange.id, exchange);
      this.#deadlines.set(exchange, timeoutMs);
      if (signal !== undefined) exchange.leaveOnAbort(signal);
      const server = this.#idle.first;
      if (server === undefined) this.#untaken.add(exchange);
      else server.grant({ done: false, value: exchange });
    });
  }

  /**
   * Answers requests until it is closed or the signal aborts; resolves when its handlers have ended. Several may
   * serve at the same time.
   *
   * @throws RangeError when `workers` is not a whole number from 1 (as a rejection).
   */
  async serve(handler: RequestHandler<Request, Reply>, options: ServeOptions = {}): Promise<void> {
    const { workers = 1, signal } = options;
    if (!Number.isInteger(workers) || workers < 1) {
      throw new RangeError(`workers must be a whole number from 1, not ${workers}`);
    }
    await Promise.all(Array.from({ length: workers }, () => this.#work(handler, signal)));
  }

  /**
   * Takes the request that has waited longest, or waits for one; `done` when closed. Whoever takes it owes it a
   * `reply` or a `refuse`. An aborted wait takes nothing with it.
   */
  receive(signal?: AbortSignal): Promise<Received<IncomingRequest<Request>>> {
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    const value = this.#take();
    if (value !== undefined) return Promise.resolve({ done: false, value });
    if (this.#isClosed) return Promise.resolve({ done: true, value: undefined });
    return this.#idle.wait(undefined, signal);
  }

  /** Answers a request. `false`, and counted, when nobody waits for it any more. */
  reply(id: number, reply: Reply): boolean {
    const exchange = this.#find(id);
    exchange?.grant(reply);
    return exchange !== undefined;
  }

  /** Rejects a request with an error. `false`, and counted, when nobody waits for it any more. */
  refuse(id: number, error: unknown): boolean {
    const exchange = this.#find(id);
    exchange?.refuse(error);
    return exchange !== undefined;
  }

  /** Rejects all requests that wait, taken or not, and ends the servers. Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const exchange of this.#pending.values()) exchange.fail(new RequestReplyClosedError());
    this.#idle.grantAll({ done: true, value: undefined });
  }

  /** {@link close}. */
  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return accepted;
  }

  /** Takes requests until it is closed. Leaving the loop leaves it open: others may serve. */
  [Symbol.asyncIterator](): AsyncIterator<IncomingRequest<Request>, undefined> {
    return { next: () => this.receive() };
  }

  #take(): Exchange<Request, Reply> | undefined {
    const { first } = this.#untaken;
    if (first === undefined) return undefined;
    this.#untaken.remove(first);
    // Nothing else is put into this line.
    return first as Exchange<Request, Reply>;
  }

  #find(id: number): Exchange<Request, Reply> | undefined {
    const exchange = this.#pending.get(id);
    if (exchange === undefined) this.#lateReplies++;
    return exchange;
  }

  async #work(handler: RequestHandler<Request, Reply>, signal: AbortSignal | undefined): Promise<void> {
    for (;;) {
      if (signal?.aborted === true) return;
      const request = this.#take() ?? (await this.#waitForOne(signal));
      if (request === undefined) return;
      // It may have ended in the instant in which it was handed over.
      if (!request.isPending) continue;
      try {
        this.reply(request.id, await handler(request.body, request));
      } catch (error) {
        this.refuse(request.id, error);
      }
    }
  }

  /** `undefined` when there is no more to serve. */
  async #waitForOne(signal: AbortSignal | undefined): Promise<IncomingRequest<Request> | undefined> {
    // Nothing but the signal rejects it.
    const next = await this.receive(signal).catch(() => undefined);
    return next?.value;
  }
}

function notATimeout(timeoutMs: number): RangeError {
  return new RangeError(`timeoutMs must be above 0, not ${timeoutMs}`);
}
