import { setTimeout as sleep } from 'node:timers/promises';
import type { Database, TenantScope } from '@zaphub/db';
import { createCampaign, createTemplate, startCampaign, verifyLedger } from '@zaphub/features';
import { toPublicId } from '@zaphub/types';
import type { Bench, BenchRow } from '../bench-row.ts';
import { median } from '../rounds.ts';
import { type CeilingStage, type NetworkCounts, openCeilingStage, requestsAtOnce } from './ceiling-stage.ts';
import { type ProcessorTime, timeBetween } from './processor-time.ts';

/** What Meta allows a number at most, after an upgrade, and the statuses that come back for each message. */
const sendsPerSecond = 1_000;
const webhooksPerSend = 4;
/** What is still on its way when the last message has left. */
const drainMs = 120_000;
const processors = 2;

/** One second of the run. */
interface Sample {
  readonly sends: number;
  readonly webhooks: number;
}

/**
 * One number at Meta's ceiling: 1,000 sends and 4,000 signed status webhooks a second over real HTTP, through the death
 * of the worker and of the api. Nothing may be lost, nobody may get a message twice. `--minutes 10` for the whole,
 * `--only steady` without the deaths.
 */
export const ceilingBench: Bench = async function* ({ minutes, only, tell }) {
  const seconds = (minutes ?? 1) * 60;
  const recipients = seconds * sendsPerSecond;
  tell(`${recipients.toLocaleString('en')} contacts`);
  const stage = await openCeilingStage(recipients);
  try {
    const campaignId = await startAtRate(stage, sendsPerSecond);
    const samples: Sample[] = [];
    const killAt = new Map<number, 'api' | 'worker'>([
      [Math.floor(seconds / 3), 'worker'],
      [Math.floor((2 * seconds) / 3), 'api'],
    ]);
    const timeBefore = await stage.processorTime();
    let before = await stage.network();
    while (!(await hasEnded(stage.db, campaignId)) && samples.length < seconds * 5 + 60) {
      await sleep(1_000);
      const now = await stage.network();
      samples.push({ sends: now.people - before.people, webhooks: now.taken - before.taken });
      before = now;
      const victim = killAt.get(samples.length);
      if (victim === undefined || only === 'steady') continue;
      tell(`second ${samples.length}: the ${victim} is killed`);
      await stage.kill(victim);
    }
    tell('the last webhooks');
    const lagMs = await untilAllRead(stage.db, campaignId, before.people);
    const used = timeBetween(timeBefore, await stage.processorTime());
    yield* report(stage, { campaignId, recipients, samples, lagMs, used });
  } finally {
    await stage.close();
  }
};

async function hasEnded(db: Database, campaignId: string): Promise<boolean> {
  const [row] = await db.statement<{ status: string }>(
    'bench_status',
    'select status from campaigns where id = $1',
    [campaignId],
  );
  return row?.status === 'completed';
}

async function startAtRate(stage: CeilingStage, ratePerSecond: number): Promise<string> {
  const { db, scope }: { db: Database; scope: TenantScope } = stage;
  const template = await createTemplate({ db }, scope, { name: 'Ceiling', body: 'Hello {{ name }}.' });
  const campaign = await createCampaign({ db }, scope, {
    name: 'Ceiling',
    template_id: toPublicId('template', template.id),
    audience: { kind: 'all' },
    unknown_policy: 'at_most_once',
    rate_per_second: ratePerSecond,
  });
  await startCampaign({ db }, scope, campaign.id);
  return campaign.id;
}

/** Milliseconds until everybody whom it has reached has read it; gives up after a while, and the rows tell who did not. */
async function untilAllRead(db: Database, campaignId: string, reached: number): Promise<number> {
  const start = performance.now();
  while (performance.now() - start < drainMs) {
    const [row] = await db.statement<{ read: number }>(
      'bench_read',
      'select read from campaign_counters where campaign_id = $1',
      [campaignId],
    );
    if (row !== undefined && row.read >= reached) break;
    await sleep(50);
  }
  return performance.now() - start;
}

async function* report(
  stage: CeilingStage,
  run: {
    campaignId: string;
    recipients: number;
    samples: readonly Sample[];
    lagMs: number;
    used: ProcessorTime;
  },
): AsyncGenerator<BenchRow> {
  const { campaignId, recipients, samples, lagMs, used } = run;
  const states = await stage.db.system((tx) =>
    tx.rows<{ state: string; n: number }>(
      'select state::text, count(*)::int as n from messages where campaign_id = $1 group by 1',
      [campaignId],
    ),
  );
  const read = states.find(({ state }) => state === 'read')?.n ?? 0;
  const network = await stage.network();
  const { invariants } = await verifyLedger(stage.db, { graceMs: 30_000 });
  const broken = invariants.filter(({ isKept }) => !isKept).map(({ name }) => name);
  const silent = samples.filter(({ sends }) => sends === 0).length;
  const sends = median(samples.map((sample) => sample.sends));
  const webhooks = median(samples.map((sample) => sample.webhooks));
  yield row('sends a second', 'msg/s', sends, `>= ${sendsPerSecond * 0.98}`, sends >= sendsPerSecond * 0.98, [
    `${samples.length} seconds, ${silent} of them without a send: the lease of the worker that was killed`,
  ]);
  const goal = sendsPerSecond * webhooksPerSend * 0.98;
  yield row('webhooks a second', 'req/s', webhooks, `>= ${goal}`, webhooks >= goal, [
    `${network.taken.toLocaleString('en')} taken, ${network.retried.toLocaleString('en')} brought again`,
  ]);
  const others = states.filter(({ state }) => state !== 'read').map(({ state, n }) => `${state} ${n}`);
  // At most once: what was between the mark and the wire when the worker died is `unknown`, and stays so.
  const unknown = states.find(({ state }) => state === 'unknown')?.n ?? 0;
  const lost = Math.max(network.people - read, recipients - read - unknown);
  yield row('lost', 'msg', lost, '0', lost === 0, others);
  yield row('of unknown outcome', 'msg', unknown, '<= what was under way', unknown <= requestsAtOnce);
  yield row('twice', 'msg', network.duplicates, '0', network.duplicates === 0);
  yield row('invariants broken', '', broken.length, '0', broken.length === 0, broken);
  yield row('from the last send to the last receipt', 'ms', lagMs, '< 5,000', lagMs < 5_000);
  yield processorRow(used, network);
}

/**
 * What one webhook costs with its quarter of a send, everything included: what counts where others use the machine
 * too. Two processors have so much for each when all of them are to pass.
 */
function processorRow(used: ProcessorTime, { people, taken }: NetworkCounts): BenchRow {
  const each = (ms: number): number => (ms * 1_000) / Math.max(1, taken);
  const total = each(Object.values(used).reduce((sum, ms) => sum + ms, 0));
  const most = (processors * 1_000_000) / (sendsPerSecond * webhooksPerSend);
  const shares = Object.entries(used).map(([name, ms]) => `${name} ${each(ms).toFixed(0)}`);
  return row('processor time a webhook', 'µs', total, `< ${most}`, total < most, [
    `${shares.join(', ')}; ${(taken / Math.max(1, people)).toFixed(1)} webhooks a send`,
  ]);
}

function row(
  name: string,
  unit: string,
  ours: number,
  goal: string,
  ok: boolean,
  notes: readonly string[] = [],
): BenchRow {
  return { bench: 'ceiling', row: name, unit, ours, peers: {}, ratio: null, goal, ok, notes };
}
