/** What one enhancer is given at one request. The signal is made when first asked for: most never look. */
export class LazyEnhanceInput {
  readonly api: unknown;
  readonly values: Readonly<Record<string, unknown>>;
  #stop: AbortController | undefined = undefined;
  #reason: { readonly error: unknown } | undefined = undefined;

  constructor(api: unknown, values: Readonly<Record<string, unknown>>) {
    this.api = api;
    this.values = values;
  }

  get signal(): AbortSignal {
    if (this.#stop === undefined) {
      this.#stop = new AbortController();
      if (this.#reason !== undefined) this.#stop.abort(this.#reason.error);
    }
    return this.#stop.signal;
  }

  /** Tells the enhancer that its value will not be used. */
  giveUp(error: unknown): void {
    this.#reason ??= { error };
    this.#stop?.abort(error);
  }
}
