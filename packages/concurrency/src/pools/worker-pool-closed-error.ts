/** The pool takes no more tasks, or was closed before it began this one: its work was not started. */
export class WorkerPoolClosedError extends Error {
  override readonly name = 'WorkerPoolClosedError';
  readonly code = 'worker_pool_closed';

  constructor() {
    super('the worker pool is closed');
  }
}
