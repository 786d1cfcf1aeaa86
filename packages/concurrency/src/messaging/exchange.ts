import { type AbortTarget, AbortWatch } from '../waiting/abort-watch.ts';
import type { Waiter } from '../waiting/wait-queue.ts';
import type { Deadline } from './deadlines.ts';

/** A request as the one who answers it sees it. */
export interface IncomingRequest<Request> {
  /** The correlation id: by it the reply finds its request. Never used twice. */
  readonly id: number;
  readonly body: Request;
  /** Whether somebody still waits for the reply. */
  readonly isPending: boolean;
  /** Aborts when nobody waits for the reply any more, with the reason; never after a reply. */
  readonly signal: AbortSignal;
}

/** A request and the promise of its reply. */
export class Exchange<Request, Reply> implements IncomingRequest<Request>, AbortTarget {
  readonly id: number;
  readonly body: Request;
  isPending = true;
  /** Its place in the line of those that nobody has taken yet. */
  place: Waiter<void, Exchange<Request, Reply>> | undefined = undefined;
  deadline: Deadline | undefined = undefined;
  readonly #resolve: (reply: Reply) => void;
  readonly #reject: (reason: unknown) => void;
  readonly #onGone: (exchange: Exchange<Request, Reply>) => void;
  #watch: AbortWatch | undefined = undefined;
  /** Made when somebody asks for its signal. */
  #stop: AbortController | undefined = undefined;
  #failure: { readonly reason: unknown } | undefined = undefined;

  /** `onGone` runs when nobody waits for the reply any more, before they are told. */
  constructor(
    id: number,
    body: Request,
    resolve: (reply: Reply) => void,
    reject: (reason: unknown) => void,
    onGone: (exchange: Exchange<Request, Reply>) => void,
  ) {
    this.id = id;
    this.body = body;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#onGone = onGone;
  }

  get signal(): AbortSignal {
    if (this.#stop === undefined) {
      this.#stop = new AbortController();
      if (this.#failure !== undefined) this.#stop.abort(this.#failure.reason);
    }
    return this.#stop.signal;
  }

  /** From now on an abort ends the wait for the reply. The signal must not have aborted. */
  endOnAbort(signal: AbortSignal): void {
    this.#watch = new AbortWatch(signal, this);
  }

  abort(reason: unknown): undefined {
    this.fail(reason);
  }

  /** The reply has come. */
  resolve(reply: Reply): void {
    this.#leave();
    this.#resolve(reply);
  }

  /** The one who answers could not. */
  refuse(error: unknown): void {
    this.#leave();
    this.#reject(error);
  }

  /** No reply has come and none is waited for. Only the first end counts. */
  fail(reason: unknown): void {
    if (!this.isPending) return;
    this.#leave();
    this.#failure = { reason };
    this.#reject(reason);
    this.#stop?.abort(reason);
  }

  #leave(): void {
    this.isPending = false;
    this.#watch?.end();
    this.place?.leave();
    this.#onGone(this);
  }
}
