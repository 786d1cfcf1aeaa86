import { setTimeout as pause } from 'node:timers/promises';
import { createSessionNetwork } from '@zaphub/providers/testing/sessions';
import { silentLogger } from '@zaphub/telemetry';
import { createTenant, useTestDatabase } from '@zaphub/testing';
import { expect, test } from 'vitest';
import { createCredentialsKey, createKeyRing } from '../credentials/index.ts';
import { connectSession } from './actions/connect-session.ts';
import { disconnectSession } from './actions/disconnect-session.ts';
import { createSessionConnection, readStatus, until } from './session-fixture.ts';
import { type SessionKeeper, startSessionKeeper } from './session-keeper.ts';

const database = useTestDatabase();
const ring = createKeyRing({ key: createCredentialsKey() });

/** Numbers from 0 to below 1 that are the same for the same seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

test.each([1, 2, 3])(
  'whatever its people, its network and its owners do (seed %d), a number has one session at a time and comes back',
  async (seed) => {
    const random = randomOf(seed);
    const tenant = await createTenant(database.system);
    const { scope } = tenant;
    const connectionId = await createSessionConnection(database.system, tenant);
    const network = createSessionNetwork({ onOpen: (session) => session.tell({ kind: 'connected' }) });
    const keepers: SessionKeeper[] = [];
    const start = async (): Promise<void> => {
      const owner = `keeper-${seed}-${keepers.length}-${random()}`;
      keepers.push(
        await startSessionKeeper(
          {
            db: database.system,
            ring,
            providers: new Map([['baileys', network.client(owner)]]),
            logger: silentLogger,
          },
          {
            owner,
            times: {
              leaseMs: 2_000,
              renewMs: 50,
              pingMs: 30,
              anxiousPingMs: 10,
              pingTimeoutMs: 20,
              backoff: () => random() * 20,
            },
          },
        ),
      );
    };
    const connect = (): Promise<void> =>
      database.api.tenant(scope, (tx) => connectSession(tx, scope, { connectionId }));
    const disconnect = (): Promise<void> =>
      database.api.tenant(scope, (tx) => disconnectSession(tx, scope, { connectionId }));
    const actions: (() => unknown)[] = [
      connect,
      connect,
      disconnect,
      () => Promise.all([disconnect(), connect()]),
      () => network.last(connectionId)?.tell({ kind: 'lost', cause: 'retry' }),
      () => network.last(connectionId)?.tell({ kind: 'lost', cause: 'replaced' }),
      () => network.last(connectionId)?.tell({ kind: 'lost', cause: 'logged_out' }),
      () => network.last(connectionId)?.answerPings(random() < 0.5 ? 'never' : 'fails'),
      () => network.last(connectionId)?.answerPings('quick'),
      () => Promise.all(keepers.map((keeper) => keeper.take(connectionId))),
      // One goes in good order, another comes.
      () => Promise.all([keepers.shift()?.close(), start()]),
    ];
    await start();
    await start();
    for (let n = 0; n < 60; n++) {
      await actions[Math.floor(random() * actions.length)]?.();
      await pause(random() * 30);
    }
    await connect();
    await until(
      () => readStatus(database.system, connectionId),
      ({ status }) => status === 'connected',
    );
    await until(
      () => keepers.filter((keeper) => keeper.holds(connectionId)).length,
      (held) => held === 1,
    );
    await disconnect();
    await Promise.all(keepers.map((keeper) => keeper.close()));
    expect(network.violations).toEqual([]);
    expect(network.openings(connectionId)).toBeGreaterThan(1);
  },
);
