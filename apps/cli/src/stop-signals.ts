/** The part of `process` that is listened to. */
export interface SignalSource {
  on(event: NodeJS.Signals | 'disconnect', listener: () => void): unknown;
  readonly channel?: { unref(): void } | null | undefined;
}

/** A terminal's Ctrl-C may arrive twice (once from npm): within this time it is one wish. */
const sameWishMs = 1_000;

/**
 * Turns the ways of asking this process to stop into two abort signals: `signal` for the first time (or the
 * sudden death of the launcher), `force` for the second.
 */
export function listenForStop(
  source: SignalSource,
  now: () => number = () => performance.now(),
): { signal: AbortSignal; force: AbortSignal } {
  const first = new AbortController();
  const second = new AbortController();
  let firstAt = 0;
  const ask = (reason: string) => {
    if (!first.signal.aborted) {
      firstAt = now();
      first.abort(new Error(`stopped by ${reason}`));
    } else if (now() - firstAt > sameWishMs) second.abort(new Error(`stopped again by ${reason}`));
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) source.on(name, () => ask(name));
  source.on('disconnect', () => ask('the end of its launcher'));
  source.channel?.unref(); // Listening must not keep a finished command alive.
  return { signal: first.signal, force: second.signal };
}
