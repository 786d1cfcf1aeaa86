import type { Logger } from '@zaphub/telemetry';

/** The same complaint is repeated at most this often. */
const repeatEveryMs = 30_000;

/**
 * Logs a backend's errors without flooding: while it is away BullMQ reports each failed reconnection of each
 * connection, and one line in half a minute says as much.
 */
export function createOutageLog(logger: Logger, now: () => number = () => performance.now()) {
  const lastAt = new Map<string, number>();
  return (error: Error): void => {
    const last = lastAt.get(error.message);
    const at = now();
    if (last !== undefined && at - last < repeatEveryMs) {
      logger.debug('queue backend error', { error });
      return;
    }
    if (lastAt.size > 100) lastAt.clear();
    lastAt.set(error.message, at);
    logger.warn('queue backend error', { error });
  };
}
