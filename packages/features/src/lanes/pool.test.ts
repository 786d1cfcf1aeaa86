import { createSimulator, type Provider } from '@zaphub/providers';
import { silentLogger } from '@zaphub/telemetry';
import { useTestDatabase } from '@zaphub/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LedgerFixture, ledgerFixture, temporaryFolder } from '../ledger-fixture.ts';
import { watchPools } from '../sender-pools/index.ts';
import { compileTemplate } from '../templates/index.ts';
import { verifyLedger } from '../verify/index.ts';
import { createSendingEngine, type SendingEngine } from './index.ts';

const database = useTestDatabase();
let journal: { dir: string; remove(): Promise<void> };
let provider: Provider;
beforeAll(async () => {
  journal = await temporaryFolder();
  provider = createSimulator({ journalDir: journal.dir, receipts: false, latency: { minMs: 0, maxMs: 3 } });
});
afterAll(async () => {
  await provider.close();
  await journal.remove();
});

interface Stage {
  readonly ledger: LedgerFixture;
  readonly numbers: readonly string[];
  engine(): SendingEngine;
  /** How many recipients each number has sent to. */
  sent(): Promise<number[]>;
  watch(): Promise<number>;
  expectClean(): Promise<void>;
}

/** A campaign to `recipients`, sent by numbers of these weights together. */
async function open(
  recipients: number,
  weights: readonly number[],
  pool = 'sticky = true, failover_after_s = 60',
): Promise<Stage> {
  const ledger = await ledgerFixture(database, { recipients });
  const numbers = [ledger.connectionId];
  await ledger.db.system(async (tx) => {
    for (let i = 1; i < weights.length; i++) {
      const { id } = await tx.one<{ id: string }>(
        `insert into connections (tenant_id, name, provider) values ($1, $2, 'simulator') returning id`,
        [ledger.tenantId, `Number ${i}`],
      );
      await tx.run('insert into lanes (connection_id, tenant_id) values ($1, $2)', [id, ledger.tenantId]);
      numbers.push(id);
    }
    const { id } = await tx.one<{ id: string }>(
      `insert into sender_pools (tenant_id, name) values ($1, 'Pool') returning id`,
      [ledger.tenantId],
    );
    await tx.run(`update sender_pools set ${pool} where id = $1`, [id]);
    for (const [i, weight] of weights.entries()) {
      await tx.run(
        'insert into sender_pool_members (tenant_id, pool_id, connection_id, weight) values ($1, $2, $3, $4)',
        [ledger.tenantId, id, numbers[i], weight],
      );
    }
    await tx.run('update campaigns set pool_id = $2 where id = $1', [ledger.campaignId, id]);
  });
  let engines = 0;
  return {
    ledger,
    numbers,
    engine: () =>
      createSendingEngine(
        { db: ledger.db, providerFor: () => provider, compile: compileTemplate, logger: silentLogger },
        { owner: `worker-${engines++}`, turnMs: 300 },
      ),
    async sent() {
      const rows = await ledger.db.system((tx) =>
        tx.rows<{ id: string; n: number }>(
          `select connection_id as id, count(*) as n from messages where campaign_id = $1 and state = 'sent' group by 1`,
          [ledger.campaignId],
        ),
      );
      return numbers.map((id) => rows.find((row) => row.id === id)?.n ?? 0);
    },
    watch: () => watchPools({ db: ledger.db }).run(),
    async expectClean() {
      const report = await verifyLedger(ledger.db, {
        journalDir: journal.dir,
        campaignId: ledger.campaignId,
      });
      expect(report.invariants.filter((invariant) => !invariant.isKept)).toEqual([]);
    },
  };
}

/** Every number's lane is run, by one worker each, until the campaign has ended. */
async function sendAll({ ledger, numbers, engine }: Stage, only = numbers): Promise<void> {
  const engines = only.map(() => engine());
  const giveUpAt = performance.now() + 15_000;
  const isOver = async (): Promise<boolean> => {
    const { status } = await ledger.db.system((tx) =>
      tx.one<{ status: string }>('select status from campaigns where id = $1', [ledger.campaignId]),
    );
    return status !== 'running' || performance.now() > giveUpAt;
  };
  await Promise.all(
    engines.map(async (each, i) => {
      while (!(await isOver())) await each.runTurn(only[i] ?? '');
      await each.close();
    }),
  );
}

const hold = (
  ledger: LedgerFixture,
  connectionId: string | undefined,
  cause: string | null,
): Promise<number> =>
  ledger.run('update connections set hold_cause = $2 where id = $1', [connectionId, cause]);

describe('a pool of numbers', () => {
  test('sends to everybody once, in proportion to the weights', async () => {
    const stage = await open(1_200, [1, 2, 3]);
    await sendAll(stage);
    expect(await stage.ledger.states()).toEqual({ sent: 1_200 });
    const [a = 0, b = 0, c = 0] = await stage.sent();
    expect(Math.abs(a / 200 - 1)).toBeLessThan(0.15);
    expect(Math.abs(b / 400 - 1)).toBeLessThan(0.15);
    expect(Math.abs(c / 600 - 1)).toBeLessThan(0.15);
    await stage.expectClean();
  });

  test('writes to a contact from the number that last wrote to them', async () => {
    const stage = await open(60, [1, 1]);
    const [first, second] = stage.numbers;
    await stage.ledger.run(
      `insert into contact_senders (tenant_id, contact_id, connection_id)
       select tenant_id, contact_id, case when position % 3 = 0 then $2::uuid else $3::uuid end from messages where campaign_id = $1`,
      [stage.ledger.campaignId, first, second],
    );
    await sendAll(stage);
    expect(await stage.sent()).toEqual([20, 40]);
    expect(
      await stage.ledger.run(
        `select from messages m join contact_senders s on s.contact_id = m.contact_id
         where m.campaign_id = $1 and s.connection_id <> m.connection_id`,
      ),
    ).toBe(0);
    await stage.expectClean();
  });

  test('goes on with the others when a number stops, and takes over what waited for it', async () => {
    const stage = await open(200, [1, 1], 'sticky = true, failover_after_s = 0');
    const [first, second] = stage.numbers;
    await stage.ledger.run(
      `insert into contact_senders (tenant_id, contact_id, connection_id)
       select tenant_id, contact_id, $2 from messages where campaign_id = $1 and position <= 50`,
      [stage.ledger.campaignId, second],
    );
    // The first takes what is its own and puts fifty into the second's line, which then stops.
    const engine = stage.engine();
    await engine.runTurn(first ?? '');
    await engine.close();
    await hold(stage.ledger, second, 'user');
    expect(await stage.watch()).toBe(1);
    expect(await stage.watch()).toBe(0);
    await sendAll(stage);
    expect(await stage.ledger.states()).toEqual({ sent: 200 });
    expect(await stage.sent()).toEqual([200, 0]);
    await stage.expectClean();
  });

  test('leaves a stopped number its contacts for as long as the pool has patience', async () => {
    const stage = await open(20, [1, 1], 'sticky = true, failover_after_s = 3600');
    const [first, second] = stage.numbers;
    await stage.ledger.run(
      `insert into contact_senders (tenant_id, contact_id, connection_id)
       select tenant_id, contact_id, $2 from messages where campaign_id = $1 and position <= 5`,
      [stage.ledger.campaignId, second],
    );
    await hold(stage.ledger, second, 'user');
    await stage.watch();
    const engine = stage.engine();
    await engine.drain(first ?? '');
    expect(await stage.ledger.states()).toEqual({ sent: 15, pending: 5 });
    await stage.ledger.run(
      `update sender_pool_members set stopped_at = now() - interval '2 hours' where connection_id = $1`,
      [second],
    );
    await engine.drain(first ?? '');
    await engine.close();
    expect(await stage.sent()).toEqual([20, 0]);
    await stage.expectClean();
  });

  test('with no number that can send waits, and goes on when one is back', async () => {
    const stage = await open(30, [1, 1]);
    for (const id of stage.numbers) await hold(stage.ledger, id, 'user');
    const engine = stage.engine();
    for (const id of stage.numbers)
      expect(await engine.runTurn(id)).toMatchObject({ outcome: 'busy', sent: 0 });
    await stage.ledger.run('delete from outbox where tenant_id = $1', [stage.ledger.tenantId]);
    await hold(stage.ledger, stage.numbers[1], null);
    // The database woke the lane by itself.
    expect(
      await stage.ledger.run(
        `select from outbox where job = 'message.send' and payload ->> 'connectionId' = $1`,
        [stage.numbers[1]],
      ),
    ).toBe(1);
    await stage.watch();
    await engine.drain(stage.numbers[1] ?? '');
    await engine.close();
    expect(await stage.sent()).toEqual([0, 30]);
    await stage.expectClean();
  });

  test('stops at once when the campaign is paused or cancelled, whichever number was at it', async () => {
    const stage = await open(2_000, [1, 1, 1]);
    const engine = stage.engine();
    const turns = stage.numbers.map((id) => engine.runTurn(id));
    await expect.poll(async () => (await stage.ledger.states())['sent'] ?? 0).toBeGreaterThan(50);
    await stage.ledger.run(`update campaigns set status = 'paused' where id = $1`);
    await Promise.all(turns);
    const { claimed = 0, sending = 0, pending = 0 } = await stage.ledger.states();
    expect({ claimed, sending }).toEqual({ claimed: 0, sending: 0 });
    expect(pending).toBeGreaterThan(0);
    await stage.ledger.run(`update campaigns set status = 'running' where id = $1`);
    await sendAll(stage);
    expect(await stage.ledger.states()).toEqual({ sent: 2_000 });
    await engine.close();
    await stage.expectClean();
  });
});
