import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, BenchRow } from '../bench-row.ts';
import { openWorkerStage, type SendingTenant, type WorkerStage } from '../pacing/worker-stage.ts';
import { median } from '../rounds.ts';

const small = { tenants: 50, recipients: 10 };
const everyMs = 100;
/** A network that answers as fast as a real one does. */
const network = { SIMULATOR_LATENCY_MIN_MS: '80', SIMULATOR_LATENCY_MAX_MS: '120' };
const weights = { free: 1, pro: 2, enterprise: 4 } as const;

/**
 * One worker shared by a tenant that sends a million and fifty that send ten each, one every 100 ms: how long a small
 * campaign takes then, against the same without the large one. And what tenants of each plan get of a worker that
 * none of them can have enough of.
 */
export const fairnessBench: Bench = async function* ({ rows, only, tell }) {
  if (only !== 'weights') yield* shareWithALarge(rows ?? 1_000_000, tell);
  if (only !== 'small') yield* shareByPlan(tell);
};

async function* shareWithALarge(large: number, tell: (line: string) => void): AsyncGenerator<BenchRow> {
  const stage = await openWorkerStage();
  try {
    await stage.startWorker(network);
    const tenants: SendingTenant[] = [];
    for (let i = 0; i < small.tenants; i++) tenants.push(await stage.addTenant(small.recipients));
    tell('fifty small ones, to warm up');
    await runSmall(stage, tenants);
    tell('fifty small ones alone');
    const alone = await runSmall(stage, tenants);
    tell(`fifty small ones beside one with ${large}`);
    const hog = await stage.addTenant(large, 'enterprise');
    const campaign = await stage.addCampaign(hog);
    while ((await sentOf(stage, [campaign])) < 1_000) await sleep(50);
    const aloneRate = await rateOf(stage, campaign, 3_000);
    const before = await sentOf(stage, [campaign]);
    const startedMs = performance.now();
    const beside = await runSmall(stage, tenants);
    const rate = ((await sentOf(stage, [campaign])) - before) / ((performance.now() - startedMs) / 1000);
    const ratios = beside.map((ms, i) => ms / (alone[i] ?? ms));
    const note = `the large one: ${aloneRate} a second by itself, ${Math.round(rate)} meanwhile`;
    yield row('small campaigns beside a large one', median(beside), median(alone), note);
    const p95 = (list: readonly number[]): number =>
      [...list].sort((a, b) => a - b)[Math.floor(list.length * 0.95)] ?? 0;
    yield row(
      'p95 of them',
      p95(beside),
      p95(alone),
      `slowest against itself alone: ${Math.max(...ratios).toFixed(2)}`,
    );
  } finally {
    await stage.close();
  }
}

/** Each begins 100 ms after the one before; answers the milliseconds that each took. */
async function runSmall(stage: WorkerStage, tenants: readonly SendingTenant[]): Promise<number[]> {
  const campaigns: string[] = [];
  for (const tenant of tenants) {
    campaigns.push(await stage.addCampaign(tenant));
    await sleep(everyMs);
  }
  while ((await sentOf(stage, campaigns)) < tenants.length * small.recipients) await sleep(50);
  const took = await stage.db.system((tx) =>
    tx.rows<{ id: string; ms: number }>(
      `select campaign_id as id, extract(epoch from max(sent_at) - min(c.started_at))::float8 * 1000 as ms
       from messages m join campaigns c on c.id = m.campaign_id where m.campaign_id = any($1::uuid[]) group by 1`,
      [campaigns],
    ),
  );
  return campaigns.map((id) => took.find((each) => each.id === id)?.ms ?? 0);
}

async function rateOf(stage: WorkerStage, campaign: string, forMs: number): Promise<number> {
  const before = await sentOf(stage, [campaign]);
  const startedMs = performance.now();
  await sleep(forMs);
  const sent = (await sentOf(stage, [campaign])) - before;
  return Math.round(sent / ((performance.now() - startedMs) / 1000));
}

async function sentOf(stage: WorkerStage, campaigns: readonly string[]): Promise<number> {
  const rows = await stage.db.statement<{ n: number }>(
    'bench_sent',
    'select coalesce(sum(sent), 0)::int as n from campaign_counters where campaign_id = any($1::uuid[])',
    [campaigns],
  );
  return rows[0]?.n ?? 0;
}

async function* shareByPlan(tell: (line: string) => void): AsyncGenerator<BenchRow> {
  const stage = await openWorkerStage();
  try {
    const plans = Object.keys(weights) as (keyof typeof weights)[];
    const campaigns: Record<string, string[]> = {};
    for (const plan of plans) {
      // Several numbers each, so that the worker is what they lack.
      const tenant = await stage.addTenant(20_000, plan);
      const ids = [await stage.addCampaign(tenant)];
      for (let i = 1; i < 4; i++) ids.push(await stage.addCampaign(tenant, await stage.addNumber(tenant)));
      campaigns[plan] = ids;
    }
    tell('three tenants of different plans, twelve numbers');
    await stage.startWorker();
    const all = Object.values(campaigns).flat();
    while ((await sentOf(stage, all)) < 5_000) await sleep(20);
    const sent = async (plan: string): Promise<number> => sentOf(stage, campaigns[plan] ?? []);
    const before = await Promise.all(plans.map(sent));
    while ((await sentOf(stage, campaigns['enterprise'] ?? [])) < 60_000) await sleep(20);
    const after = await Promise.all(plans.map(sent));
    const got = after.map((n, i) => n - (before[i] ?? 0));
    const whole = got.reduce((sum, n) => sum + n, 0);
    const weight = plans.reduce((sum, plan) => sum + weights[plan], 0);
    for (const [i, plan] of plans.entries()) {
      const [ours, due] = [((got[i] ?? 0) / whole) * 100, (weights[plan] / weight) * 100];
      yield {
        bench: 'fairness',
        row: `share of a worker, plan ${plan}`,
        unit: '%',
        ours,
        peers: { by_weight: due },
        ratio: ours / due,
        goal: 'within 10 %',
        ok: Math.abs(ours / due - 1) <= 0.1,
      };
    }
  } finally {
    await stage.close();
  }
}

function row(name: string, ours: number, alone: number, note: string): BenchRow {
  return {
    bench: 'fairness',
    row: name,
    unit: 'ms',
    ours,
    peers: { alone },
    ratio: ours / alone,
    goal: '<= 2 x alone',
    ok: ours <= 2 * alone,
    notes: [note],
  };
}
