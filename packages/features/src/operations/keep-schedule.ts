import { maintenanceCleanup, type Queues } from '@zaphub/queues';
import type { Logger } from '@zaphub/telemetry';

/** Settings of {@link keepCleanupScheduled}. */
export interface ScheduleOptions {
  /** Milliseconds between two cleanups. Default five minutes. */
  readonly everyMs?: number;
  /** Milliseconds between two looks at the schedule. Default one minute. */
  readonly lookEveryMs?: number;
}

/**
 * Sees to it that the cleanup comes by the clock, once for the installation. Resolves when it has asked for it once. A
 * queue that was flushed has forgotten the schedule, so it looks again and again; with the backend away it waits.
 */
export async function keepCleanupScheduled(
  deps: { readonly queues: Queues; readonly logger: Logger },
  options: ScheduleOptions = {},
): Promise<{ close(): void }> {
  const { everyMs = 300_000, lookEveryMs = 60_000 } = options;
  const { queues, logger } = deps;
  const look = async (): Promise<void> => {
    try {
      // While it is scheduled its next round waits, or runs.
      const { total } = await queues.admin.metrics(maintenanceCleanup.queue);
      if (total === 0) await queues.schedule(maintenanceCleanup, {}, { everyMs });
    } catch (error) {
      logger.debug('the cleanup could not be scheduled', { error });
    }
  };
  await look();
  const timer = setInterval(() => void look(), lookEveryMs);
  return { close: () => clearInterval(timer) };
}
