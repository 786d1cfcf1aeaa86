import type { Session } from '@zaphub/providers';
import type { Logger } from '@zaphub/telemetry';

/**
 * Lets a session go, also one that is still being opened, and resolves when it is gone or the time is up. Never
 * rejects: whoever closes cannot mend it.
 */
export async function closeSession(
  opened: Promise<Session> | undefined,
  options: { readonly timeoutMs: number; readonly logger: Logger },
): Promise<void> {
  if (opened === undefined) return;
  const { timeoutMs, logger } = options;
  let timer: NodeJS.Timeout | undefined;
  const closed = opened.then(
    (session) => session.close(),
    () => undefined, // It never opened: nothing is there.
  );
  const isLate = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(true), timeoutMs);
  });
  try {
    if (await Promise.race([closed.then(() => false), isLate])) {
      logger.error('a session did not close in time', { timeout_ms: timeoutMs });
    }
  } catch (error) {
    logger.warn('a session closed with an error', { error });
  } finally {
    clearTimeout(timer);
  }
}
