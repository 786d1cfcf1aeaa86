/** The partition was closed before the work could start. */
export class BulkheadClosedError extends Error {
  override readonly name = 'BulkheadClosedError';
  readonly code = 'bulkhead_closed';
  readonly partition: string;

  constructor(partition: string) {
    super(`${partition} is closed`);
    this.partition = partition;
  }
}
