/** The reason a loader finds in its signal: everybody who waited for the value has given up, or it was deleted. */
export class LoadUnwantedError extends Error {
  override readonly name = 'LoadUnwantedError';
  readonly code = 'load_unwanted';

  constructor() {
    super('nobody waits for this value any more');
  }
}
