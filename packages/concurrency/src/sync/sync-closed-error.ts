/** The lock, barrier or latch was closed: nothing more can be had from it, and nobody waits for it. */
export class SyncClosedError extends Error {
  override readonly name = 'SyncClosedError';
  readonly code = 'sync_closed';

  /** `what` was closed, such as `semaphore`. */
  constructor(what: string) {
    super(`the ${what} is closed`);
  }
}
