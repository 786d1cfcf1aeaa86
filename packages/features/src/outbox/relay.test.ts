import { systemScope } from '@zaphub/db';
import type { Queues } from '@zaphub/queues';
import { silentLogger } from '@zaphub/telemetry';
import { createTenant, useTestDatabase } from '@zaphub/testing';
import { AppError } from '@zaphub/types';
import { describe, expect, onTestFinished, test } from 'vitest';
import { enqueue } from './enqueue.ts';
import { startRelay } from './relay.ts';

const database = useTestDatabase();

/** A queue that keeps what it is given, and may be away: the relay's counterpart is somebody else's server. */
function fakeQueue(): { queues: Queues; taken: unknown[]; isAway: boolean } {
  const fake = {
    taken: [] as unknown[],
    isAway: false,
    queues: {
      add: (_job: unknown, payload: unknown) => {
        if (fake.isAway) return Promise.reject(new AppError('unavailable', 'the queue is away'));
        fake.taken.push(payload);
        return Promise.resolve();
      },
      // The relay uses `add` alone.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    } as unknown as Queues,
  };
  return fake;
}

async function relayTo(fake: { queues: Queues }): Promise<void> {
  const relay = await startRelay({ db: database.system, queues: fake.queues, logger: silentLogger });
  onTestFinished(() => relay.close());
}

const waiting = (): Promise<number> => database.system.system((tx) => tx.run('select from outbox'));

describe('the outbox', () => {
  test('hands over what was committed, in order, and nothing that was rolled back', async () => {
    const { tenantId, connectionId } = await createTenant(database.system);
    const fake = fakeQueue();
    await relayTo(fake);
    const payload = { tenantId, connectionId };
    await database.system.system((tx) => enqueue(tx, systemScope(tenantId), 'message.send', payload));
    await database.system
      .system(async (tx) => {
        await enqueue(tx, systemScope(tenantId), 'message.send', payload);
        throw new Error('rolled back');
      })
      .catch(() => undefined);
    await expect.poll(waiting).toBe(0);
    expect(fake.taken).toEqual([payload]);
  });

  test('keeps everything while the queue is away, and hands it over afterwards', async () => {
    const { tenantId, connectionId } = await createTenant(database.system);
    const fake = fakeQueue();
    fake.isAway = true;
    await relayTo(fake);
    for (let i = 0; i < 3; i++) {
      await database.system.system((tx) =>
        enqueue(tx, systemScope(tenantId), 'message.send', { tenantId, connectionId }),
      );
    }
    await expect.poll(waiting).toBe(3);
    fake.isAway = false;
    await expect.poll(waiting, { timeout: 10_000 }).toBe(0);
    expect(fake.taken).toHaveLength(3);
  });

  test('holds what is not due yet', async () => {
    const { tenantId, connectionId } = await createTenant(database.system);
    const fake = fakeQueue();
    await relayTo(fake);
    const dueAt = new Date(Date.now() + 700);
    await database.system.system((tx) =>
      enqueue(tx, systemScope(tenantId), 'message.send', { tenantId, connectionId }, { dueAt }),
    );
    expect(fake.taken).toEqual([]);
    await expect.poll(waiting, { timeout: 10_000 }).toBe(0);
    expect(Date.now()).toBeGreaterThanOrEqual(dueAt.getTime());
  });

  test('puts aside a job that it cannot read, and goes on with the others', async () => {
    const { tenantId, connectionId } = await createTenant(database.system);
    const fake = fakeQueue();
    await database.system.system(async (tx) => {
      await tx.run(`insert into outbox (tenant_id, job, payload) values ($1, 'no.such', '{}')`, [tenantId]);
      await enqueue(tx, systemScope(tenantId), 'message.send', { tenantId, connectionId });
    });
    await relayTo(fake);
    await expect.poll(() => fake.taken.length).toBe(1);
    expect(await waiting()).toBe(1);
    await database.system.system((tx) => tx.run('delete from outbox'));
  });
});
