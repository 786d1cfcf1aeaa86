/** The processing of a batch gave results, but not one for each item, so nobody knows whose is whose. */
export class BatchResultsError extends Error {
  override readonly name = 'BatchResultsError';
  readonly code = 'batch_results_mismatch';

  constructor(items: number, results: number) {
    super(`a batch of ${items} items gave ${results} results`);
  }
}
