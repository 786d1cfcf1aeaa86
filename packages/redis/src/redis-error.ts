/** What can go wrong between us and Redis. */
export type RedisErrorCode =
  /** Redis is away, or went away before it answered. */
  | 'redis_unavailable'
  /** No answer in time; the command may or may not have been done. */
  | 'redis_timeout'
  /** Too much is waiting for Redis already; nothing was sent. */
  | 'redis_overloaded'
  /** Redis has no memory left for a write. */
  | 'redis_full'
  /** Redis answered that the command is wrong or forbidden. */
  | 'redis_refused'
  /** The adapter was closed. */
  | 'redis_closed'
  /** The address cannot be understood. */
  | 'redis_url_invalid';

const retryable: ReadonlySet<RedisErrorCode> = new Set(['redis_unavailable', 'redis_timeout']);

/** The one error of this package: a stable code, and whether the same command may succeed later. */
export class RedisError extends Error {
  override readonly name = 'RedisError';
  readonly code: RedisErrorCode;

  constructor(code: RedisErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.code = code;
  }

  /** True when Redis may answer the same command later. */
  get isRetryable(): boolean {
    return retryable.has(this.code);
  }
}

/** First words of error replies that only say "not now": the server is loading, failing over or moving slots. */
const passingReplies: ReadonlySet<string> = new Set([
  'LOADING',
  'READONLY',
  'MASTERDOWN',
  'CLUSTERDOWN',
  'TRYAGAIN',
  'BUSY',
  'UNBLOCKED',
]);

/** Whatever the driver rejected with, as a {@link RedisError}. */
export function toRedisError(error: unknown, command: string): RedisError {
  if (error instanceof RedisError) return error;
  const reply = replyWord(error);
  if (reply === undefined || passingReplies.has(reply)) {
    return new RedisError('redis_unavailable', `Redis did not answer ${command}`, { cause: error });
  }
  if (reply === 'OOM') {
    return new RedisError('redis_full', `Redis has no memory left for ${command}`, { cause: error });
  }
  return new RedisError('redis_refused', `Redis refused ${command}: ${reply}`, { cause: error });
}

/** The word that an error reply of Redis begins with, such as `NOSCRIPT`; `undefined` for any other error. */
export function replyWord(error: unknown): string | undefined {
  if (error instanceof RedisError) return replyWord(error.cause);
  if (!(error instanceof Error) || error.name !== 'ReplyError') return undefined;
  return /^[A-Z]+(?= |$)/.exec(error.message)?.[0] ?? 'ERR';
}
