/** The reader has left or the owner closed the pipeline: the reason by which work in its stages is aborted. */
export class PipelineClosedError extends Error {
  override readonly name = 'PipelineClosedError';
  readonly code = 'pipeline_closed';

  constructor() {
    super('the pipeline is closed');
  }
}
