import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createSimulator, readJournal } from '@zaphub/providers';
import { silentLogger } from '@zaphub/telemetry';
import { createContacts, createTenant, useTestDatabase } from '@zaphub/testing';
import { expect, test } from 'vitest';
import type { Failpoints } from '../failpoints.ts';
import { compileTemplate } from '../templates/index.ts';
import { createSendingEngine } from './index.ts';

const database = useTestDatabase();
const ratePerSecond = 40;
const people = 100;

/** A database that takes longer to mark a chunk than the pace gives it. */
const slowMarks: Failpoints = {
  hit: async (name) => {
    if (name === 'after-mark-sending') await pause(300);
  },
};

test('batches that prepare at the same time do not leave together', async () => {
  const journalDir = await mkdtemp(join(tmpdir(), 'zaphub-paced-'));
  const provider = createSimulator({ journalDir, seed: 1, receipts: false });
  const tenant = await createTenant(database.system);
  await createContacts(database.system, tenant.tenantId, { count: people });
  await database.system.system(async (tx) => {
    const { id } = await tx.one<{ id: string }>(
      `insert into campaigns
         (tenant_id, name, body, connection_id, audience, status, started_at, frozen_at, rate_per_second)
       values ($1, 'June', 'Hi', $2, '{"kind":"all"}', 'running', now(), now(), $3) returning id`,
      [tenant.tenantId, tenant.connectionId, ratePerSecond],
    );
    await tx.run(
      `insert into messages (tenant_id, campaign_id, contact_id, connection_id, position, recipient)
       select $1, $2, id, $3, row_number() over (order by id), phone from contacts where tenant_id = $1`,
      [tenant.tenantId, id, tenant.connectionId],
    );
    await tx.run('insert into campaign_counters (campaign_id, tenant_id, total) values ($1, $2, $3)', [
      id,
      tenant.tenantId,
      people,
    ]);
  });
  const engine = createSendingEngine(
    {
      db: database.system,
      providerFor: () => provider,
      compile: compileTemplate,
      logger: silentLogger,
      failpoints: slowMarks,
    },
    { owner: 'test', turnMs: 5_000, claimSize: 10 },
  );
  let sent = 0;
  while (sent < people) sent += (await engine.runTurn(tenant.connectionId)).sent;
  await engine.close();
  await provider.close();
  const instants: number[] = [];
  await readJournal(journalDir, { onEntry: (entry) => void instants.push(entry.atMs) });
  await rm(journalDir, { recursive: true });
  expect(instants).toHaveLength(people);
  // A quarter of a second's worth may leave at once, and the next one only when its time has passed.
  const together = instants.map((at) => instants.filter((each) => each >= at && each < at + 200).length);
  expect(Math.max(...together)).toBeLessThanOrEqual(ratePerSecond / 4);
}, 60_000);
