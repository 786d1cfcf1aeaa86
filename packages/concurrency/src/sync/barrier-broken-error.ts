/** Not everybody will come to the barrier any more, or its action failed; `cause` is the reason. */
export class BarrierBrokenError extends Error {
  override readonly name = 'BarrierBrokenError';
  readonly code = 'barrier_broken';

  constructor(cause: unknown) {
    super('the barrier is broken', { cause });
  }
}
