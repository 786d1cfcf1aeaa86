import { useTestDatabase } from '@zaphub/testing';
import { campaignPatch, numberLimitsPatch, tenantLimitsPatch } from '@zaphub/types';
import { describe, expect, test } from 'vitest';
import { type LedgerFixture, ledgerFixture } from '../ledger-fixture.ts';
import { giveBackSends, type Reservation, reserveSlot } from './index.ts';
import { debtMs } from './reserve-slot.ts';

const database = useTestDatabase();

/** Puts the slots given out so far that much into the past, as if the time had gone by. */
const pass = (ledger: LedgerFixture, ms: number): Promise<number> =>
  ledger.run(`update paces set last_at = last_at - $2 * interval '1 ms' where tenant_id = $1`, [
    ledger.tenantId,
    ms,
  ]);

function asker(ledger: LedgerFixture, connectionId = ledger.connectionId) {
  return (count: number): Promise<Reservation> =>
    reserveSlot(ledger.db.statement, { connectionId, campaignId: ledger.campaignId, count });
}

const set = (ledger: LedgerFixture, table: string, what: string): Promise<number> => {
  const id = { connections: ledger.connectionId, campaigns: ledger.campaignId, tenants: ledger.tenantId }[
    table
  ];
  return ledger.run(`update ${table} set ${what} where id = $1`, [id]);
};

async function fixture(): Promise<{ ledger: LedgerFixture; reserve: ReturnType<typeof asker> }> {
  const ledger = await ledgerFixture(database, { recipients: 1 });
  return { ledger, reserve: asker(ledger) };
}

describe('slots', () => {
  test('are free without a limit', async () => {
    const { reserve } = await fixture();
    expect(await reserve(5)).toEqual({ kind: 'free' });
  });

  test.each([
    ['connections', 'connection_rate'],
    ['campaigns', 'campaign_rate'],
    ['tenants', 'tenant_rate'],
  ])('of %s follow one another at their rate', async (table, cause) => {
    const { ledger, reserve } = await fixture();
    await set(ledger, table, 'rate_per_second = 1');
    const first = await reserve(1);
    expect(first).toMatchObject({ kind: 'slot', count: 1, intervalMs: 1_000 });
    const second = await reserve(1);
    expect(second).toMatchObject({ kind: 'wait', cause });
    expect(second.kind === 'wait' && second.inMs).toBeGreaterThan(600);
    await pass(ledger, 950);
    expect(await reserve(1)).toMatchObject({ kind: 'slot' });
    // Not late: the third is a whole second after the first, whenever it was asked for.
    const third = await reserve(1);
    expect(third.kind === 'wait' && third.inMs).toBeLessThanOrEqual(1_050);
  });

  test('of the slowest rate that may be set are given out, too', async () => {
    const { ledger, reserve } = await fixture();
    const contracts = [numberLimitsPatch, campaignPatch, tenantLimitsPatch];
    const slowest = [1e-300, 1e-15, 1e-4].find((rate) =>
      contracts.some((contract) => contract.safeParse({ rate_per_second: rate }).success),
    );
    for (const table of ['connections', 'campaigns', 'tenants']) {
      await set(ledger, table, `rate_per_second = ${slowest}`);
    }
    expect(await reserve(1)).toMatchObject({ kind: 'slot', count: 1 });
    const next = await reserve(1);
    expect(next.kind === 'wait' && next.inMs).toBeGreaterThan(3_600_000);
  });

  test('of a tenant are shared by its numbers, however many ask at once', async () => {
    const { ledger } = await fixture();
    await set(ledger, 'tenants', 'rate_per_second = 20');
    const numbers = await ledger.db.system((tx) =>
      tx.rows<{ id: string }>(
        `insert into connections (tenant_id, name, provider) select $1, 'Other', 'simulator' from generate_series(1, 8) returning id`,
        [ledger.tenantId],
      ),
    );
    const answers = await Promise.all(
      Array.from({ length: 24 }, (_, i) => asker(ledger, numbers[i % 8]?.id ?? '')(1)),
    );
    const slots = answers.flatMap((each) => (each.kind === 'slot' ? [each.inMs] : [])).sort((a, b) => a - b);
    // Half a second is given out ahead, and the statements took some time.
    expect(slots.length).toBeGreaterThanOrEqual(6);
    expect(slots.length).toBeLessThan(24);
    const { units } = await ledger.db.system((tx) =>
      tx.one<{ units: number }>(
        `select extract(epoch from last_at - clock_timestamp())::float8 as units from paces where subject_id = $1`,
        [ledger.tenantId],
      ),
    );
    expect(units).toBeLessThanOrEqual(0.5);
  });

  test('heed the slowest limit, and take nothing from the others when they have to wait', async () => {
    const { ledger, reserve } = await fixture();
    await set(ledger, 'connections', 'rate_per_second = 10');
    await set(ledger, 'campaigns', 'rate_per_second = 1');
    expect(await reserve(1)).toMatchObject({ kind: 'slot', intervalMs: 1_000 });
    await pass(ledger, 200);
    for (let i = 0; i < 5; i++)
      expect(await reserve(1)).toMatchObject({ kind: 'wait', cause: 'campaign_rate' });
    await set(ledger, 'campaigns', 'rate_per_second = null');
    expect(await reserve(1)).toMatchObject({ kind: 'slot', leastGapMs: 90 });
  });

  test('go by a changed rate at once, also when the last one was far apart', async () => {
    const { ledger, reserve } = await fixture();
    await set(ledger, 'connections', 'rate_per_second = 0.01');
    await reserve(1);
    const wait = await reserve(1);
    expect(wait.kind === 'wait' && wait.inMs).toBeGreaterThan(90_000);
    await set(ledger, 'connections', 'rate_per_second = 20');
    expect(await reserve(1)).toMatchObject({ kind: 'slot', leastGapMs: 45 });
  });

  test('of a number behind a phone are 80 a minute with jitter, unless somebody says otherwise', async () => {
    const { ledger, reserve } = await fixture();
    await set(ledger, 'connections', `provider = 'wuzapi'`);
    expect(await reserve(1)).toMatchObject({ kind: 'slot', intervalMs: 750, jitter01: 0.3 });
    await set(ledger, 'connections', 'rate_per_second = 4, jitter01 = 0');
    await pass(ledger, 1_000);
    expect(await reserve(1)).toMatchObject({ kind: 'slot', leastGapMs: 225, jitter01: 0 });
  });

  test('of a slowed number are further apart', async () => {
    const { ledger, reserve } = await fixture();
    await set(ledger, 'connections', 'rate_per_second = 10');
    await ledger.run(
      `insert into number_health (connection_id, tenant_id, state, pace_share01) values ($1, $2, 'slowed', 0.5)`,
      [ledger.connectionId, ledger.tenantId],
    );
    expect(await reserve(1)).toMatchObject({ kind: 'slot', intervalMs: 200 });
  });
});

describe('the schedule of a rate', () => {
  const rate = 40;
  const burst = 10;
  const spanMs = (burst * 1_000) / rate;

  /** When the next slot would begin if nobody had ever been late, in milliseconds from now; and what is owed. */
  const readSchedule = (ledger: LedgerFixture): Promise<{ evenMs: number; owedMs: number }> =>
    ledger.db.system((tx) =>
      tx.one(
        `select extract(epoch from last_at + make_interval(secs => units / $2::float8) - make_interval(secs => late_ms / 1000)
             - '2000-01-01'::timestamptz)::float8 * 1000 as "evenMs", late_ms as "owedMs"
         from paces where subject_id = $1`,
        [ledger.connectionId, rate],
      ),
    );

  async function paced(): Promise<{ ledger: LedgerFixture; reserve: ReturnType<typeof asker> }> {
    const made = await fixture();
    await set(made.ledger, 'connections', `rate_per_second = ${rate}`);
    await made.reserve(burst);
    return made;
  }

  test('moves by the slots given out, however late they are asked for', async () => {
    const { ledger, reserve } = await paced();
    for (const lateMs of [0, 40, 700, 0, 300, 10, 500]) {
      await pass(ledger, spanMs + lateMs);
      const before = await readSchedule(ledger);
      expect(await reserve(burst)).toMatchObject({ kind: 'slot', count: burst });
      const after = await readSchedule(ledger);
      expect(after.evenMs - before.evenMs).toBeCloseTo(spanMs, 1);
    }
  });

  test('is caught up with a tenth closer together, and never closer', async () => {
    const { ledger, reserve } = await paced();
    await pass(ledger, spanMs + 60);
    const spans: number[] = [];
    for (let i = 0; i < 6; i++) {
      const slot = await reserve(burst);
      if (slot.kind !== 'slot') throw new Error('no slot');
      spans.push(slot.intervalMs * burst);
      expect(slot.intervalMs).toBeGreaterThanOrEqual(slot.leastGapMs - 1e-6);
      await pass(ledger, slot.intervalMs * burst);
    }
    // What the asking itself took is caught up with too.
    expect(spans[0]).toBeCloseTo(spanMs * 0.9, 3);
    expect(spans[1]).toBeCloseTo(spanMs * 0.9, 3);
    const { owedMs } = await readSchedule(ledger);
    expect(owedMs).toBeLessThan(60);
  });

  test('owes no more than its bound, and nothing after a silence', async () => {
    const { ledger, reserve } = await paced();
    for (let i = 0; i < 3; i++) {
      await pass(ledger, spanMs + debtMs - 200);
      await reserve(burst);
      expect((await readSchedule(ledger)).owedMs).toBeLessThanOrEqual(debtMs);
    }
    await pass(ledger, spanMs + debtMs + 100);
    expect(await reserve(burst)).toMatchObject({ kind: 'slot', intervalMs: 1_000 / rate });
    expect((await readSchedule(ledger)).owedMs).toBe(0);
  });

  test('gives nothing out before its time, whatever is owed', async () => {
    const { ledger, reserve } = await paced();
    await pass(ledger, spanMs + 1_000);
    let slots = 0;
    while ((await reserve(burst)).kind === 'slot') slots += burst;
    // What lies within the half second that is given out ahead, a tenth closer together.
    expect(slots).toBeLessThanOrEqual(((0.5 + 0.25) * rate) / 0.9 + burst);
  });
});

describe('the cap of a day', () => {
  test('is never passed, whoever asks, and says when the day of its zone ends', async () => {
    const { ledger, reserve } = await fixture();
    await set(ledger, 'connections', `daily_cap = 10, timezone = 'Pacific/Auckland'`);
    const answers = await Promise.all(Array.from({ length: 6 }, () => reserve(3)));
    const granted = answers.reduce((sum, each) => sum + (each.kind === 'slot' ? each.count : 0), 0);
    expect(granted).toBe(10);
    const over = await reserve(1);
    expect(over).toMatchObject({ kind: 'wait', cause: 'daily_cap' });
    const { ms } = await ledger.db.system((tx) =>
      tx.one<{ ms: number }>(
        `select extract(epoch from ((clock_timestamp() at time zone 'Pacific/Auckland')::date + 1)::timestamp
           at time zone 'Pacific/Auckland' - clock_timestamp())::float8 * 1000 as ms`,
      ),
    );
    expect(over.kind === 'wait' && Math.abs(over.inMs - ms)).toBeLessThan(5_000);
  });

  test('gets back what did not leave', async () => {
    const { ledger, reserve } = await fixture();
    await set(ledger, 'connections', 'daily_cap = 5');
    const slot = await reserve(5);
    const day = slot.kind === 'slot' ? (slot.day ?? '') : '';
    await giveBackSends(ledger.db.statement, ledger.connectionId, { day, count: 2 });
    expect(await reserve(5)).toMatchObject({ kind: 'slot', count: 2 });
  });

  test('of a warm-up grows by its plan, and ends with it', async () => {
    const { ledger, reserve } = await fixture();
    const from = (days: number): Promise<number> =>
      set(
        ledger,
        'connections',
        `warm_up = '{2,4,8}', timezone = 'UTC', warm_up_from = (clock_timestamp() at time zone 'UTC')::date - ${days}`,
      );
    await from(0);
    expect(await reserve(100)).toMatchObject({ kind: 'slot', count: 2 });
    expect(await reserve(1)).toMatchObject({ kind: 'wait', cause: 'warm_up' });
    await from(1);
    expect(await reserve(100)).toMatchObject({ kind: 'slot', count: 2 });
    await from(2);
    expect(await reserve(100)).toMatchObject({ kind: 'slot', count: 4 });
    await from(3);
    expect(await reserve(100)).toEqual({ kind: 'free' });
  });
});
