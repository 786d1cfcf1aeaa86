import { type Database, systemScope, type Tx } from '@zaphub/db';
import { toPublicId } from '@zaphub/types';
import { audit } from '../audit/index.ts';
import { holdConnection } from '../connections/index.ts';
import type { ReconcileStep } from '../reconciler/index.ts';
import { type HealthFacts, judge, type Verdict } from './judge.ts';

interface JudgedRow {
  readonly id: string;
  readonly tenantId: string;
  readonly state: HealthFacts['state'];
  readonly paceShare01: number;
  readonly sinceMinutes: number;
  readonly isHeld: boolean;
  readonly isPersonal: boolean;
  readonly unansweredLimit: number | null;
  readonly hour: HealthFacts['hour'];
  readonly week: HealthFacts['week'];
}

/** A stopped number may try again after so long. Minutes. */
const holdMinutes = 60;
/** What the causes of this slice's own holds begin with, and the one that does not. */
const ownHold = `(s.hold_cause like 'health\\_%' or s.hold_cause = 'unanswered_limit')`;

/** Numbers to which something happened within ten minutes or so, and those that are slowed or stopped. */
const facts = `
with number as materialized (
  select distinct n.tenant_id, n.connection_id from number_counts n where n.slot >= clock_timestamp() - interval '20 minutes'
  union
  select tenant_id, connection_id from number_health where state <> 'good'
)
select s.id, s.tenant_id as "tenantId", coalesce(h.state, 'good') as state, coalesce(h.pace_share01, 1)::float8 as "paceShare01",
  coalesce(extract(epoch from clock_timestamp() - h.since) / 60, 100000)::float8 as "sinceMinutes",
  ${ownHold} and coalesce(s.hold_until > clock_timestamp(), true) as "isHeld",
  s.provider in ('wuzapi', 'baileys') as "isPersonal", s.unanswered_limit as "unansweredLimit", hour, week
from number k join connections s on s.tenant_id = k.tenant_id and s.id = k.connection_id
  left join number_health h on h.connection_id = s.id
  cross join lateral (
    select json_build_object('sent', coalesce(sum(sent), 0), 'failed', coalesce(sum(failed), 0), 'blocked', coalesce(sum(blocked), 0)) as hour
    from number_counts n where n.tenant_id = s.tenant_id and n.connection_id = s.id
      and n.slot > greatest(clock_timestamp() - interval '1 hour', case when h.state <> 'good' then h.since end)
  ) a
  cross join lateral (
    select json_build_object('sent', coalesce(sum(sent), 0), 'failed', coalesce(sum(failed), 0), 'blocked', coalesce(sum(blocked), 0),
      'replied', coalesce(sum(replied), 0)) as week
    from number_counts n where n.tenant_id = s.tenant_id and n.connection_id = s.id and n.slot > clock_timestamp() - interval '7 days'
  ) b
where s.deleted_at is null order by s.id limit 1000`;

/** The reconciler's step that slows and stops numbers in trouble, and lets them recover. Old counts are forgotten. */
export function judgeNumbers(deps: { readonly db: Database }): ReconcileStep {
  return {
    name: 'judge-numbers',
    async run() {
      const numbers = await deps.db.system((tx) => tx.rows<JudgedRow>(facts));
      let changed = 0;
      for (const number of numbers) {
        const verdict = judge(number);
        if (await deps.db.system((tx) => carryOut(tx, number, verdict))) changed++;
      }
      await deps.db.system((tx) =>
        tx.run(`delete from number_counts where slot < clock_timestamp() - interval '8 days'`),
      );
      return changed;
    },
  };
}

/** Writes the verdict; a changed state is audited, and a stop holds the number. Answers whether the state changed. */
async function carryOut(tx: Tx, number: JudgedRow, verdict: Verdict): Promise<boolean> {
  const isChange = verdict.state !== number.state;
  await tx.run(
    `insert into number_health as h (connection_id, tenant_id, state, score, cause, pace_share01)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (connection_id) do update set state = excluded.state, score = excluded.score,
       cause = case when excluded.state = 'good' then null else coalesce(excluded.cause, h.cause) end,
       pace_share01 = excluded.pace_share01,
       since = case when h.state <> excluded.state then clock_timestamp() else h.since end, judged_at = clock_timestamp()
     where (h.state, h.score, h.pace_share01) is distinct from (excluded.state, excluded.score, excluded.pace_share01)
       or (excluded.cause is not null and h.cause is distinct from excluded.cause)`,
    [number.id, number.tenantId, verdict.state, verdict.score, verdict.cause, verdict.paceShare01],
  );
  if (!isChange) return false;
  const scope = systemScope(number.tenantId);
  if (verdict.state === 'stopped') {
    const { until } = await tx.one<{ until: Date }>(
      'select clock_timestamp() + make_interval(mins => $1) as until',
      [holdMinutes],
    );
    await holdConnection(tx, scope, number.id, {
      cause: verdict.cause ?? 'health_failures',
      detail: `score ${verdict.score}`,
      until,
    });
  }
  await audit(tx, scope, {
    action: `number_health.${verdict.state}`,
    subject: toPublicId('connection', number.id),
    details: {
      from: number.state,
      cause: verdict.cause,
      score: verdict.score,
      hour: number.hour,
      week: number.week,
    },
  });
  // What changed its pace is to be known at once.
  await tx.run('select app.wake_lane($1, $2)', [number.tenantId, number.id]);
  return true;
}
