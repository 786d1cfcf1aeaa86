/** A value that a request cannot do without was not there in time; nothing of the request has been done. */
export class EnhancerTimeoutError extends Error {
  override readonly name = 'EnhancerTimeoutError';
  readonly code = 'enhancer_timeout';
  readonly plugin: string;

  constructor(plugin: string, timeoutMs: number) {
    super(`plugin "${plugin}" did not add its part to the request within ${timeoutMs} ms`);
    this.plugin = plugin;
  }
}
