import type { RunStatement } from '../messages/index.ts';

/** A number's share of a campaign that a pool sends. */
export interface PoolTurnRequest {
  readonly campaignId: string;
  readonly connectionId: string;
  /** How many it would take. */
  readonly count: number;
}

/** How many it may claim now; or that others are to catch up first. */
export type PoolTurn =
  { readonly kind: 'take'; readonly count: number } | { readonly kind: 'wait'; readonly inMs: number };

/** A number that has taken nothing for so long is not waited for. Seconds. */
export const patienceS = 5;
/** One helping, at most. */
export const mostAtOnce = 250;
const waitMs = 25;

/*
 * Stride scheduling. Invariants: each number's `pass` counts what it took, divided by its weight; nobody is ahead of
 * the last of those that keep up by more than one helping, so what they have taken keeps to the weights. Whoever was
 * away comes back at the place of the last, neither behind (the others would wait for it) nor ahead. The rows of a
 * campaign are locked in one order.
 */
const take = `
with campaign as materialized (
  select c.id, c.tenant_id, c.pool_id, n.total from campaigns c join campaign_counters n on n.campaign_id = c.id where c.id = $1
), member as materialized (
  select p.connection_id, p.weight, p.stopped_at from sender_pool_members p, campaign c
  where p.tenant_id = c.tenant_id and p.pool_id = c.pool_id
), turn as materialized (
  select t.connection_id, t.pass, t.taken_at from pool_turns t
  where t.campaign_id = $1 order by t.connection_id for update
), mine as (
  select t.pass, t.taken_at, m.weight from turn t join member m using (connection_id) where connection_id = $2
), last as (
  select min(t.pass) as pass from turn t join member m using (connection_id)
  where connection_id <> $2 and m.stopped_at is null and t.taken_at > clock_timestamp() - make_interval(secs => ${patienceS})
), helping as (
  select greatest(1, least($3::int, ${mostAtOnce}, ceil(c.total / (20.0 * (select count(*) from member)))::int)) as count from campaign c
), place as (
  select case when mine.taken_at < clock_timestamp() - make_interval(secs => ${patienceS}) then greatest(mine.pass, last.pass) else mine.pass end as pass,
    mine.weight, last.pass as last_pass from mine, last
), taken as (
  update pool_turns t set pass = place.pass + helping.count::float8 / place.weight, taken_at = clock_timestamp()
  from place, helping
  where t.campaign_id = $1 and t.connection_id = $2
    and place.pass <= coalesce(place.last_pass, place.pass) + helping.count::float8 / place.weight
  returning helping.count
)
select (select count from taken) as count,
  exists (select from member where connection_id not in (select connection_id from turn)) as "isUnknown"`;

/** Whoever joins a campaign that is under way begins at the place of the last. */
const join = `
insert into pool_turns (tenant_id, campaign_id, connection_id, pass)
select c.tenant_id, c.id, p.connection_id, coalesce((select min(t.pass) from pool_turns t where t.campaign_id = c.id), 0)
from campaigns c join sender_pool_members p on p.tenant_id = c.tenant_id and p.pool_id = c.pool_id
where c.id = $1 order by p.connection_id on conflict do nothing`;

const giveBack = `
update pool_turns t set pass = t.pass - $3::int::float8 / m.weight
from campaigns c join sender_pool_members m on m.tenant_id = c.tenant_id and m.pool_id = c.pool_id
where c.id = $1 and t.campaign_id = $1 and t.connection_id = $2 and m.connection_id = $2`;

/** Asks for a helping from the head of a campaign that a pool sends: the numbers take turns by their weights. */
export async function takePoolTurn(run: RunStatement, request: PoolTurnRequest): Promise<PoolTurn> {
  const { campaignId, connectionId, count } = request;
  const ask = async (): Promise<{ count: number | null; isUnknown: boolean } | undefined> =>
    (
      await run<{ count: number | null; isUnknown: boolean }>('pool_turn', take, [
        campaignId,
        connectionId,
        count,
      ])
    )[0];
  let answer = await ask();
  if (answer?.isUnknown === true && answer.count === null) {
    await run('pool_join', join, [campaignId]);
    answer = await ask();
  }
  const granted = answer?.count ?? null;
  return granted === null ? { kind: 'wait', inMs: waitMs } : { kind: 'take', count: granted };
}

/** Gives back what a helping did not need, because the head had no more. */
export async function giveBackPoolTurn(
  run: RunStatement,
  { campaignId, connectionId, count }: PoolTurnRequest,
): Promise<void> {
  if (count > 0) await run('pool_give_back', giveBack, [campaignId, connectionId, count]);
}
