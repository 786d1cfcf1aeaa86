import { defineRoute, type Route, routes } from '@zaphub/features';
import { AppError, fromPublicId } from '@zaphub/types';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { useTestApi } from '../testing/test-api.ts';
import { callRoute, placesOf, schemaOf } from './call-route.ts';
import { checkCursors, checkForeignIds, checkNoCanary, checkNotVoid } from './checks.ts';
import { fingerprint } from './fingerprint.ts';
import { unkindedIds } from './id-places.ts';
import { createWorld, type World } from './world.ts';

const label = (route: Route): string => `${route.method} ${route.path}`;
const hasCursor = (route: Route): boolean => 'cursor' in (schemaOf(route.query).properties ?? {});

describe('every route of the product', () => {
  // A stream asks again who may read it: how often that fell within one call would be chance.
  const api = useTestApi({ hub: { recheckMs: 600_000 } });
  let world: World;
  let checked = 0;
  beforeAll(async () => {
    world = await createWorld(api);
  });

  describe.each(routes.map((route) => ({ name: label(route), route })))('$name', ({ route }) => {
    test('says of every id whose it is', () => {
      expect([...unkindedIds(schemaOf(route.query)), ...unkindedIds(schemaOf(route.body))]).toEqual([]);
    });
    test('answers an id of B like one of nobody, and leaves B alone', async () => {
      const count = await checkForeignIds(world, route);
      expect(count > 0).toBe(placesOf(route).length > 0);
      checked += count;
    });
    test('answers an own id otherwise', async () => {
      await expect(checkNotVoid(world, route)).resolves.toBeUndefined();
    });
    test('shows an outsider nothing of B', async () => {
      await expect(checkNoCanary(world, route)).resolves.toBeUndefined();
    });
    if (hasCursor(route)) {
      test('takes no cursor of B, nor one that was made up', async () => {
        await expect(checkCursors(world, route)).resolves.toBeUndefined();
      });
    }
  });

  test('lists show the caller’s own rows: they were not empty', async () => {
    // The calls above have made more events than a reader is told of who comes back: one more, and from just before it.
    const { place } = await api.system.system((tx) =>
      tx.one<{ place: string }>(
        `with told as materialized (select app.publish($1, $2, 'campaign.changed', '{"name":"CANARY-A"}') as "offset")
         select h.epoch || '.' || (told."offset" - 1) as place from told, event_heads h where h.tenant_id = $1`,
        [world.a.tenantId, `campaign:${fromPublicId('campaign', world.idsOfA.campaign)}`],
      ),
    );
    const silent: string[] = [];
    for (const route of routes) {
      if (route.method !== 'GET' || route.auth !== 'tenant') continue;
      const headers: Record<string, string> = route.path === '/events' ? { 'last-event-id': place } : {};
      const answer = await callRoute(api, route, world.ownerOfA, world.idsOfA, { headers });
      if (!answer.text.includes('CANARY-A')) silent.push(label(route));
    }
    // These tell numbers, yes or no, or what is the same for everybody, never a text of a row that a tenant wrote.
    // Settings are one for a tenant, and were set by the calls above.
    const isNumbers =
      /checklist|summary|preflight|connections|replies|limits|opt-outs\/settings|holidays\/national/;
    expect(silent.filter((name) => !isNumbers.test(name))).toEqual([]);
  });

  test('B learns nothing of A either', async () => {
    const before = await fingerprint(api.system, world.a.tenantId);
    for (const route of routes) {
      for (const place of placesOf(route)) {
        const foreign = world.idsOfA[place.kind];
        const answer = await callRoute(api, route, world.ownerOfB, world.idsOfB, { place, foreign });
        expect(answer.text).not.toContain('CANARY-A');
      }
    }
    expect(await fingerprint(api.system, world.a.tenantId)).toEqual(before);
  });

  test('enough was checked for all of this to mean something', () => {
    expect(checked).toBeGreaterThan(routes.length * 4);
  });
});

describe('the checks themselves', () => {
  let world: World;
  /** Routes that make the mistakes the checks are for. The engine's login sees every tenant. */
  const leaky = {
    readsAnybody: defineRoute({
      method: 'GET',
      path: '/leaky/:contact_id',
      auth: 'tenant',
      ids: { contact_id: 'contact' },
      reply: z.object({ name: z.string() }),
      summary: 'reads without a tenant',
      handle: ({ ids }) =>
        api.system.system((tx) => tx.one('select name from contacts where id = $1', [ids.contact_id])),
    }),
    writesAnybody: defineRoute({
      method: 'POST',
      path: '/leaky/:contact_id',
      auth: 'tenant',
      ids: { contact_id: 'contact' },
      reply: 'none',
      summary: 'writes without a tenant, and says nothing',
      handle: async ({ ids }) => {
        await api.system.system((tx) =>
          tx.run(`update contacts set name = name || '!' where id = $1`, [ids.contact_id]),
        );
      },
    }),
    listsEverybody: defineRoute({
      method: 'GET',
      path: '/leaky',
      auth: 'tenant',
      reply: z.array(z.object({ name: z.string() })),
      summary: 'lists without a tenant',
      handle: () => api.system.system((tx) => tx.rows<{ name: string }>('select name from templates')),
    }),
    takesLongerForB: defineRoute({
      method: 'GET',
      path: '/leaky/slow/:contact_id',
      auth: 'tenant',
      ids: { contact_id: 'contact' },
      reply: z.object({ name: z.string() }),
      summary: 'answers alike, after more work for a contact that exists',
      handle: async ({ deps, scope, ids }) => {
        const exists = await api.system.system((tx) =>
          tx.rows('select from contacts where id = $1', [ids.contact_id]),
        );
        return deps.db.tenant(scope, async (tx) => {
          if (exists.length > 0) await tx.rows('select count(*) from messages');
          throw new AppError('not_found', 'no such contact');
        });
      },
    }),
    refusesEverything: defineRoute({
      method: 'DELETE',
      path: '/leaky/:contact_id',
      auth: 'tenant',
      ids: { contact_id: 'contact' },
      reply: 'none',
      summary: 'proves nothing',
      handle: () => Promise.reject(new Error('broken')),
    }),
  };
  const api = useTestApi({ registry: Object.values(leaky) });
  beforeAll(async () => {
    world = await createWorld(api);
  });

  test('find a route that reads, writes or lists without a tenant', async () => {
    await expect(checkForeignIds(world, leaky.readsAnybody)).rejects.toThrow();
    // It answers everybody alike: only the rows can tell.
    await expect(checkForeignIds(world, leaky.writesAnybody)).rejects.toThrow();
    await expect(checkNoCanary(world, leaky.listsEverybody)).rejects.toThrow(/CANARY-B/);
  });

  test('find a route that works longer for a row of somebody else', async () => {
    await expect(checkForeignIds(world, leaky.takesLongerForB)).rejects.toThrow(/deeply equal/);
  });

  test('do not take a route that refuses everything for a safe one', async () => {
    await expect(checkNotVoid(world, leaky.refusesEverything)).rejects.toThrow();
  });

  test('name an id that nobody gave a kind', () => {
    const body = z.strictObject({ contact_id: z.string(), list: z.array(z.object({ file_id: z.string() })) });
    expect(unkindedIds(schemaOf(body))).toEqual(['/contact_id', '/list/*/file_id']);
  });
});
