import { createSimulator } from '@zaphub/providers';
import { silentLogger } from '@zaphub/telemetry';
import { createTenant, useTestDatabase } from '@zaphub/testing';
import { expect, onTestFinished, test } from 'vitest';
import { createCredentialsKey, createKeyRing } from '../credentials/index.ts';
import { temporaryFolder } from '../ledger-fixture.ts';
import { connectSession } from './actions/connect-session.ts';
import { createSessionConnection, readStatus, until } from './session-fixture.ts';
import { startSessionKeeper } from './session-keeper.ts';

const database = useTestDatabase();
const ring = createKeyRing({ key: createCredentialsKey() });

test('a simulated number that must log in shows a code, is scanned, and connected', async () => {
  const tenant = await createTenant(database.system);
  const { dir, remove } = await temporaryFolder();
  onTestFinished(remove);
  const provider = createSimulator({
    journalDir: dir,
    receipts: false,
    isEventful: true,
    sessions: { pairAfterMs: false },
  });
  onTestFinished(() => provider.close());
  const keeper = await startSessionKeeper(
    { db: database.system, ring, providers: new Map([['simulator', provider]]), logger: silentLogger },
    { owner: 'a', times: { leaseMs: 1_000, renewMs: 60, marginMs: 200 } },
  );
  onTestFinished(() => keeper.close());
  const id = await createSessionConnection(database.system, tenant, {
    provider: 'simulator',
    place: 'gateway',
  });
  const status = (): Promise<{ status: string }> => readStatus(database.system, id);
  expect(await status()).toMatchObject({ status: 'created' });
  await database.api.tenant(tenant.scope, (tx) => connectSession(tx, tenant.scope, { connectionId: id }));
  await until(status, (now) => now.status === 'qr');
  provider.perform({ do: 'scan', connection: id });
  await until(status, (now) => now.status === 'connected');
  provider.perform({ do: 'ban', connection: id });
  await until(status, (now) => now.status === 'banned');
});
