import type { Database } from '@zaphub/db';
import type { Logger } from '@zaphub/telemetry';

const toleranceMs = 2_000;

/**
 * Compares this machine's clock with the database's and warns when they differ by more than two seconds. Leases,
 * due times and schedules go by the database's clock, so nobody gets a message twice; but the queue's delays and
 * locks follow this one, and so do the times in the log.
 */
export async function checkClock(db: Database, logger: Logger): Promise<void> {
  const before = Date.now();
  const { at } = await db.system((tx) => tx.one<{ at: Date }>('select clock_timestamp() as at'));
  const aheadMs = (before + Date.now()) / 2 - at.getTime();
  if (Math.abs(aheadMs) <= toleranceMs) return;
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  logger.warn(
    `the clock of this machine is ${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} the database's: set it right (NTP)`,
    { ahead_ms: Math.round(aheadMs) },
  );
}
