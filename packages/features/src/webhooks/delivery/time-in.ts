import type { Tx } from '@zaphub/db';

/** The time so many milliseconds from now, by the database's clock: the outbox goes by it. */
export async function timeIn(tx: Tx, delayMs: number): Promise<Date> {
  const { at } = await tx.one<{ at: Date }>(
    `select clock_timestamp() + $1::float8 * interval '1 millisecond' as at`,
    [delayMs],
  );
  return at;
}
