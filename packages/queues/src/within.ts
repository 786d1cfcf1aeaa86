import { AppError } from '@zaphub/types';

/**
 * Waits for `work` for at most `timeoutMs`, or until the signal aborts. The work itself goes on: its late
 * failure is swallowed, since nobody waits for it any more.
 *
 * @throws AppError `timeout`; the signal's reason; whatever the work throws.
 */
export async function within<T>(
  work: Promise<T>,
  limits: { readonly what: string; readonly timeoutMs: number; readonly signal?: AbortSignal | undefined },
): Promise<T> {
  const { what, timeoutMs, signal } = limits;
  work.catch(() => undefined);
  signal?.throwIfAborted();
  const stop = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => stop.reject(new AppError('timeout', `${what} took longer than ${timeoutMs} ms`)),
    timeoutMs,
  );
  const onAbort = (): void => stop.reject(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, stop.promise]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}
