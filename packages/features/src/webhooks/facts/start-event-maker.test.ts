import { randomUUID } from 'node:crypto';
import { silentLogger } from '@zaphub/telemetry';
import { useTestDatabase } from '@zaphub/testing';
import { expect, onTestFinished, test } from 'vitest';
import { startEventMaker } from './start-event-maker.ts';

const database = useTestDatabase();

test('who has waited longest comes first, however many tenants have something to tell', async () => {
  const note = (tenants: readonly string[]): Promise<number> =>
    database.system.system((tx) =>
      tx.run(
        `insert into webhook_facts (tenant_id, type, subject_ids) select id, 'contact.opted_out', array[id]
         from unnest($1::uuid[]) as t (id)`,
        [tenants],
      ),
    );
  const first = Array.from({ length: 20 }, () => randomUUID());
  await note(first);
  await note(Array.from({ length: 1_000 }, () => randomUUID()));
  const maker = await startEventMaker({ db: database.system, logger: silentLogger }, { everyMs: 600_000 });
  onTestFinished(() => maker.close());
  await maker.runOnce();
  const left = await database.system.system((tx) =>
    tx.run('select from webhook_facts where tenant_id = any($1::uuid[])', [first]),
  );
  expect(left).toBe(0);
});
