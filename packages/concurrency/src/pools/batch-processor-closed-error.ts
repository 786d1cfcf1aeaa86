/** The processor takes no more items: this one was not accepted. */
export class BatchProcessorClosedError extends Error {
  override readonly name = 'BatchProcessorClosedError';
  readonly code = 'batch_processor_closed';

  constructor() {
    super('the batch processor is closed');
  }
}
