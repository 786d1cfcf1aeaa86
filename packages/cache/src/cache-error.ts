/** What can go wrong in the cache itself; Redis being away is not among it. */
export type CacheErrorCode =
  /** The value was not loaded in the class's time. */
  | 'cache_load_timeout'
  /** Two classes have one name, or a setting is out of its range. */
  | 'cache_class_invalid';

/** The one error of this package, with a stable code. */
export class CacheError extends Error {
  override readonly name = 'CacheError';
  readonly code: CacheErrorCode;

  constructor(code: CacheErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
