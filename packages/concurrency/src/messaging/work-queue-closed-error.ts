/** The work queue takes no more items: this one was not accepted. */
export class WorkQueueClosedError extends Error {
  override readonly name = 'WorkQueueClosedError';
  readonly code = 'work_queue_closed';

  constructor() {
    super('the work queue is closed');
  }
}
