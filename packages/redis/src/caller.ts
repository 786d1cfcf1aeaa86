import { type Backoff, type Clock, retry } from '@zaphub/concurrency';
import type { CommandPool } from './command-pool.ts';
import { type CommandArguments, isIdempotent } from './idempotent.ts';
import type { CallOptions } from './redis-adapter.ts';
import { RedisError, type RedisErrorCode, replyWord } from './redis-error.ts';
import type { RedisScript } from './script.ts';

/** What the caller needs. */
export interface CallerOptions {
  readonly pool: CommandPool;
  /** Attempts of an idempotent command, the first included. */
  readonly attempts: number;
  readonly backoff: Backoff;
  readonly clock: Clock;
  /** Away for so long that trying again would only make the caller wait. */
  readonly isDown: () => boolean;
}

/** Sends commands, again where that is safe, and counts. */
export class Caller {
  commands = 0;
  retries = 0;
  readonly errors = new Map<RedisErrorCode, number>();
  readonly #options: CallerOptions;
  #isClosed = false;

  constructor(options: CallerOptions) {
    this.#options = options;
  }

  call(
    name: string,
    args: CommandArguments,
    options: CallOptions | undefined,
    asBytes: boolean,
  ): Promise<unknown> {
    const signal = options?.signal;
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    this.commands++;
    const answer = this.#send(name, args, asBytes).catch((error: unknown) =>
      this.#afterFailure(error, name, args, asBytes, options),
    );
    return signal === undefined ? answer : untilAborted(answer, signal);
  }

  async run(
    script: RedisScript,
    keys: readonly string[],
    args: CommandArguments,
    options: CallOptions | undefined,
  ): Promise<unknown> {
    try {
      return await this.call('evalsha', [script.sha1, keys.length, ...keys, ...args], options, false);
    } catch (error) {
      if (replyWord(error) !== 'NOSCRIPT') throw error;
      return this.call('eval', [script.lua, keys.length, ...keys, ...args], options, false);
    }
  }

  close(): void {
    this.#isClosed = true;
  }

  #send(name: string, args: CommandArguments, asBytes: boolean): Promise<unknown> {
    if (this.#isClosed) {
      return Promise.reject(
        new RedisError('redis_closed', `the connection to Redis was closed: ${name} was not sent`),
      );
    }
    return this.#options.pool.send(name, args, asBytes);
  }

  async #afterFailure(
    error: unknown,
    name: string,
    args: CommandArguments,
    asBytes: boolean,
    options: CallOptions | undefined,
  ): Promise<unknown> {
    const { attempts, backoff, clock, isDown } = this.#options;
    const canRepeat = options?.isIdempotent ?? isIdempotent(name, args);
    try {
      if (!canRepeat) throw error;
      return await retry(
        ({ attempt }) => (attempt === 1 ? Promise.reject(error) : this.#send(name, args, asBytes)),
        {
          attempts,
          backoff,
          clock,
          signal: options?.signal,
          shouldRetry: (failure) => failure instanceof RedisError && failure.isRetryable && !isDown(),
          onRetry: () => void this.retries++,
        },
      );
    } catch (last) {
      // A script that a server has not seen yet is no failure: it is sent in full next.
      if (last instanceof RedisError && replyWord(last) !== 'NOSCRIPT') {
        this.errors.set(last.code, (this.errors.get(last.code) ?? 0) + 1);
      }
      throw last;
    }
  }
}

async function untilAborted(answer: Promise<unknown>, signal: AbortSignal): Promise<unknown> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([answer, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
