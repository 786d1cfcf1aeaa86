import { useTestDatabase } from '@zaphub/testing';
import { describe, expect, test } from 'vitest';
import { type LedgerFixture, ledgerFixture } from '../ledger-fixture.ts';
import { watchStalls } from './index.ts';

const database = useTestDatabase();

/** What is said of a campaign after the reconciler has looked. */
async function stall(ledger: LedgerFixture) {
  await watchStalls({ db: ledger.db }).run();
  return ledger.db.system((tx) =>
    tx.one<{ cause: string | null; detail: string | null; until: boolean; since: boolean }>(
      `select stall_cause as cause, stall_detail as detail, stall_until is not null as until, stall_since is not null as since
       from campaigns where id = $1`,
      [ledger.campaignId],
    ),
  );
}

const quiet = async (ledger: LedgerFixture): Promise<void> => {
  await ledger.run(`update campaigns set frozen_at = now() - interval '1 hour' where id = $1`);
  await ledger.run(
    `update campaign_counters set updated_at = now() - interval '1 hour' where campaign_id = $1`,
  );
};
const connection = (ledger: LedgerFixture, what: string): Promise<number> =>
  ledger.run(`update connections set ${what} where id = $1`, [ledger.connectionId]);
const lane = (ledger: LedgerFixture, what: string): Promise<number> =>
  ledger.run(`update lanes set ${what} where connection_id = $1`, [ledger.connectionId]);
const waits = (cause: string): string =>
  `wait_cause = '${cause}', next_send_at = now() + interval '2 hours', last_turn_at = now()`;

describe('a running campaign without progress says', () => {
  test.each<[string, (ledger: LedgerFixture) => Promise<unknown>, object]>([
    [
      'that its number is held, and until when',
      (l) => connection(l, `hold_cause = 'health_blocks', hold_until = now() + interval '1 hour'`),
      { cause: 'number_held', detail: 'health_blocks', until: true },
    ],
    [
      'that its number is not connected',
      (l) => connection(l, `status = 'logged_out'`),
      { cause: 'number_offline', detail: 'logged_out' },
    ],
    [
      'that the cap of the day is reached',
      (l) => lane(l, waits('daily_cap')),
      { cause: 'daily_cap', until: true },
    ],
    ['that the number is warming up', (l) => lane(l, waits('warm_up')), { cause: 'warm_up', until: true }],
    [
      'that the network is away',
      (l) => lane(l, waits('network_away')),
      { cause: 'network_away', until: true },
    ],
    [
      'that it is closed',
      (l) =>
        l.run(
          `update campaigns set opens_at = now() + interval '1 hour', closes_at = now() + interval '2 hours' where id = $1`,
        ),
      { cause: 'outside_hours', until: true },
    ],
    ['that no worker is there', quiet, { cause: 'no_worker', until: false }],
    [
      'that somebody has to decide',
      async (l) => {
        await l.run(`update messages set state = 'unknown', queued = false where campaign_id = $1`);
        await l.run('update campaign_counters set unknown = total where campaign_id = $1');
      },
      { cause: 'waiting_decision' },
    ],
    [
      'that the rest waits for its next try',
      async (l) => {
        await quiet(l);
        await l.claim();
        await l.run(
          `update messages set state = 'pending', queued = true, retry = true, due_at = now() + interval '1 hour' where campaign_id = $1`,
        );
        await l.run('delete from claims where campaign_id = $1');
      },
      { cause: 'waiting_retry', until: true },
    ],
    [
      'that it is meant to be slow',
      async (l) => {
        await quiet(l);
        await lane(l, 'last_turn_at = now()');
        await l.run('update campaigns set rate_per_second = 0.001 where id = $1');
      },
      { cause: 'slow_rate' },
    ],
  ])('%s', async (_name, happens, expected) => {
    const ledger = await ledgerFixture(database, { recipients: 3 });
    expect(await stall(ledger)).toMatchObject({ cause: null, since: false });
    await happens(ledger);
    expect(await stall(ledger)).toMatchObject({ ...expected, since: true });
    const events = await ledger.run(
      `select from events where topic = $1 and payload #>> '{stall,cause}' is not null`,
      [`campaign:${ledger.campaignId}`],
    );
    expect(events).toBe(1);
  });

  test('that none of its pool can send; and nothing once it goes on', async () => {
    const ledger = await ledgerFixture(database, { recipients: 3 });
    await ledger.db.system(async (tx) => {
      const { id } = await tx.one<{ id: string }>(
        `insert into sender_pools (tenant_id, name) values ($1, 'Pool') returning id`,
        [ledger.tenantId],
      );
      await tx.run(
        'insert into sender_pool_members (tenant_id, pool_id, connection_id) values ($1, $2, $3)',
        [ledger.tenantId, id, ledger.connectionId],
      );
      await tx.run('update campaigns set pool_id = $2 where id = $1', [ledger.campaignId, id]);
    });
    await connection(ledger, `hold_cause = 'user'`);
    expect(await stall(ledger)).toMatchObject({ cause: 'pool_exhausted', detail: 'user' });
    await connection(ledger, 'hold_cause = null');
    expect(await stall(ledger)).toEqual({ cause: null, detail: null, until: false, since: false });
  });
});
