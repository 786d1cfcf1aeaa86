import { Waiter } from '../waiting/wait-queue.ts';
import type { DeadlineLine, Expiring } from './deadlines.ts';
import { RequestTimeoutError } from './request-timeout-error.ts';

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

/** Who keeps exchanges. */
export interface ExchangeKeeper {
  /** The exchange has ended; its caller is told next. */
  ended(exchange: Expiring & { readonly id: number }): void;
}

/**
 * A request that waits for its reply: in line, until somebody takes it out of there to answer it, and then in their
 * hands. Granting it is replying; it is refused when the one who answers could not.
 */
export class Exchange<Request, Reply>
  extends Waiter<Reply, Request>
  implements IncomingRequest<Request>, Expiring
{
  readonly id: number;
  isPending = true;
  dueAtMs = 0;
  line: DeadlineLine | undefined = undefined;
  nextDue: Expiring | undefined = undefined;
  previousDue: Expiring | undefined = undefined;
  readonly #keeper: ExchangeKeeper;
  readonly #timeoutMs: number;
  /** Made when somebody asks for its signal. */
  #stop: AbortController | undefined = undefined;
  #failure: { readonly reason: unknown } | undefined = undefined;

  constructor(
    id: number,
    body: Request,
    timeoutMs: number,
    keeper: ExchangeKeeper,
    resolve: (reply: Reply) => void,
    reject: (reason: unknown) => void,
  ) {
    super(body, resolve, reject);
    this.id = id;
    this.#timeoutMs = timeoutMs;
    this.#keeper = keeper;
  }

  get body(): Request {
    return this.ask;
  }

  get signal(): AbortSignal {
    if (this.#stop === undefined) {
      this.#stop = new AbortController();
      if (this.#failure !== undefined) this.#stop.abort(this.#failure.reason);
    }
    return this.#stop.signal;
  }

  /** No reply has come and none is waited for. Only the first end counts. */
  fail(reason: unknown): void {
    if (!this.isPending) return;
    this.#failure = { reason };
    this.refuse(reason);
    this.#stop?.abort(reason);
  }

  expire(): void {
    this.fail(new RequestTimeoutError(this.#timeoutMs));
  }

  override abort(reason: unknown): undefined {
    this.fail(reason);
  }

  override leave(): void {
    super.leave();
    this.isPending = false;
    this.#keeper.ended(this);
  }
}
