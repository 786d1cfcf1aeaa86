/** As much runs and waits as the partition allows: the work was not accepted. */
export class BulkheadFullError extends Error {
  override readonly name = 'BulkheadFullError';
  readonly code = 'bulkhead_full';
  readonly partition: string;

  constructor(partition: string, maxConcurrent: number, maxQueued: number) {
    super(`${partition} is full: ${maxConcurrent} running, ${maxQueued} waiting`);
    this.partition = partition;
  }
}
