import type { Route } from '@zaphub/features';
import { expect } from 'vitest';
import { type Answer, callRoute, placesOf, type RoutePlace } from './call-route.ts';
import { fingerprint } from './fingerprint.ts';
import { randomIds } from './seed-tenant.ts';
import type { World } from './world.ts';

/**
 * An id of B, anywhere a caller can write one, is answered like an id of nobody, after the same statements; B's rows
 * stay as they were.
 */
export async function checkForeignIds(world: World, route: Route): Promise<number> {
  const { api, b, idsOfB } = world;
  const before = await fingerprint(api.system, b.tenantId);
  let checked = 0;
  for (const principal of world.outsiders) {
    for (const place of placesOf(route)) {
      // The member of both is no outsider to B's tenant id itself.
      if (place.at === 'header' && principal === world.both) continue;
      // Rows of A may be changed by a call, so each gets its own; both before the first, so that the two see the same.
      const ids = await world.idsFor(route);
      const fresh = await world.idsFor(route);
      const toB = await callRoute(api, route, principal, ids, { place, foreign: idsOfB[place.kind] });
      const toNobody = await callRoute(api, route, principal, fresh, {
        place,
        foreign: randomIds()[place.kind],
      });
      const where = { principal: principal.name, place };
      expect({ ...where, answer: toB }).toEqual({ ...where, answer: toNobody });
      expect(toB.text).not.toContain('CANARY-B');
      checked += 1;
    }
  }
  expect(await fingerprint(api.system, b.tenantId)).toEqual(before);
  return checked;
}

/** An own id is answered otherwise than one of nobody: a route that refuses everything proves nothing. */
export async function checkNotVoid(world: World, route: Route): Promise<void> {
  for (const place of placesOf(route)) {
    if (place.at === 'header') continue;
    const own = await callRoute(world.api, route, world.ownerOfA, await world.idsFor(route));
    const strange = await callRoute(world.api, route, world.ownerOfA, await world.idsFor(route), {
      place,
      foreign: randomIds()[place.kind],
    });
    if (isSilentPlace(route, place)) expect(own.status).toBe(200);
    else expect([place, verdict(own)]).not.toEqual([place, verdict(strange)]);
  }
}

/** Whoever calls with what is theirs sees nothing of B. */
export async function checkNoCanary(world: World, route: Route): Promise<void> {
  const before = await fingerprint(world.api.system, world.b.tenantId);
  for (const principal of world.outsiders) {
    // A person's own tenants may be listed to them, B among them.
    if (route.auth === 'user' && principal === world.both) continue;
    const answer = await callRoute(world.api, route, principal, await world.idsFor(route));
    expect(answer.text).not.toContain('CANARY-B');
    expect(answer.status).toBeLessThan(500);
    if (principal.as === undefined && route.auth !== 'public') expect(answer.status).toBe(401);
  }
  expect(await fingerprint(world.api.system, world.b.tenantId)).toEqual(before);
}

/** A cursor of B, one that was made up and one that was tampered with are refused alike; the own one works. */
export async function checkCursors(world: World, route: Route): Promise<void> {
  const { api, ownerOfA, idsOfA } = world;
  await addSecondMessages(world);
  const query = { limit: '1' };
  const ofB = nextCursor(await callRoute(api, route, world.ownerOfB, world.idsOfB, { query }));
  const ofA = nextCursor(await callRoute(api, route, ownerOfA, idsOfA, { query }));
  const tampered = (ofA.startsWith('A') ? 'B' : 'A') + ofA.slice(1);
  const answers: Answer[] = [];
  for (const cursor of [ofB, 'bWFkZSB1cA', tampered]) {
    answers.push(await callRoute(api, route, ownerOfA, idsOfA, { query: { cursor } }));
  }
  for (const answer of answers) {
    expect(verdict(answer)).toBe('400 bad_request');
    expect(answer).toEqual(answers[0]);
  }
  const good = await callRoute(api, route, ownerOfA, idsOfA, { query: { cursor: ofA } });
  expect(good.status).toBe(200);
}

/** A topic of somebody else is silent, not refused; the stream's own tests show that nothing comes through it. */
function isSilentPlace(route: Route, place: RoutePlace): boolean {
  return route.path === '/events' && place.at === 'query';
}

/** Status and code: what tells two kinds of answers apart. */
function verdict(answer: Answer): string {
  const isProblem = answer.headers['content-type']?.startsWith('application/problem+json');
  return `${answer.status} ${isProblem ? String(Reflect.get(Object(JSON.parse(answer.text)), 'code')) : ''}`;
}

function nextCursor(answer: Answer): string {
  const cursor: unknown = Reflect.get(Object(JSON.parse(answer.text)), 'next_cursor');
  if (typeof cursor !== 'string') throw new Error(`the list has no second page: ${answer.text}`);
  return cursor;
}

/** So that the lists below a campaign, and of what failed in it, have a second page too. */
async function addSecondMessages(world: World): Promise<void> {
  await world.api.system.system((tx) =>
    tx.run(
      `with second as (
         insert into messages (tenant_id, campaign_id, contact_id, connection_id, position, state, queued)
         select tenant_id, campaign_id, gen_random_uuid(), connection_id, 2, 'failed', false from messages m
         where position = 1
           and not exists (select from messages s where s.campaign_id = m.campaign_id and s.position = 2)
         returning id, tenant_id, campaign_id
       )
       insert into message_attempts (tenant_id, message_id, campaign_id, outcome)
       select tenant_id, id, campaign_id, 'refused' from second`,
    ),
  );
}
