import { setTimeout as sleep } from 'node:timers/promises';
import { readJournal } from '@zaphub/providers';
import type { Bench, BenchRow } from '../bench-row.ts';
import { openWorkerStage, type WorkerStage } from './worker-stage.ts';

/** What is paced: how fast it should go, and which requests are its own. */
interface Paced {
  readonly name: string;
  readonly ratePerSecond: number;
  /** Connections or campaigns, as the journal names them. */
  readonly keys: ReadonlySet<string>;
}

const settleMs = 4_000;

/**
 * The time between sends against the set rate, over a minute, as the network sees it: a number at the default of
 * phones with jitter, a faster one, a campaign with a rate of its own, and a tenant whose rate four numbers share
 * on two workers. All at once, on one database.
 */
export const pacingBench: Bench = async function* ({ minutes, tell }) {
  const forMs = (minutes ?? 1) * 60_000;
  const stage = await openWorkerStage();
  try {
    const paced = await setUp(stage, forMs);
    await Promise.all([stage.startWorker(), stage.startWorker()]);
    tell(`sends for ${forMs / 1000} s`);
    await sleep(settleMs + forMs + 2_000);
    for (const each of paced) yield await measure(stage, each, forMs);
  } finally {
    await stage.close();
  }
};

async function setUp(stage: WorkerStage, forMs: number): Promise<Paced[]> {
  const contactsFor = (rate: number): number => Math.ceil((rate * forMs) / 1000) * 2 + 100;
  const set = (table: string, what: string, id: string): Promise<number> =>
    stage.db.system((tx) => tx.run(`update ${table} set ${what} where id = $1`, [id]));
  const phone = await stage.addTenant(contactsFor(80 / 60));
  await set('connections', 'rate_per_second = 80.0 / 60, jitter01 = 0.3', phone.connectionId);
  await stage.addCampaign(phone);
  const fast = await stage.addTenant(contactsFor(40));
  await set('connections', 'rate_per_second = 40', fast.connectionId);
  await stage.addCampaign(fast);
  const ofCampaign = await stage.addTenant(contactsFor(15));
  const campaign = await stage.addCampaign(ofCampaign);
  await set('campaigns', 'rate_per_second = 15', campaign);
  const shared = await stage.addTenant(contactsFor(10));
  await set('tenants', 'rate_per_second = 10', shared.scope.tenantId);
  const numbers = [shared.connectionId];
  for (let i = 0; i < 3; i++) numbers.push(await stage.addNumber(shared));
  for (const number of numbers) await stage.addCampaign(shared, number);
  return [
    { name: 'a number at 80 a minute, jitter', ratePerSecond: 80 / 60, keys: new Set([phone.connectionId]) },
    { name: 'a number at 40 a second', ratePerSecond: 40, keys: new Set([fast.connectionId]) },
    { name: 'a campaign at 15 a second', ratePerSecond: 15, keys: new Set([campaign]) },
    { name: 'a tenant at 10, four numbers', ratePerSecond: 10, keys: new Set(numbers) },
  ];
}

async function measure(stage: WorkerStage, paced: Paced, forMs: number): Promise<BenchRow> {
  const instants: number[] = [];
  await readJournal(stage.journalDir, {
    onEntry: ({ atMs, connection, campaign }) => {
      if (paced.keys.has(connection) || paced.keys.has(campaign)) instants.push(atMs);
    },
  });
  instants.sort((a, b) => a - b);
  const from = (instants[0] ?? 0) + settleMs;
  const taken = instants.filter((at) => at >= from && at <= from + forMs);
  const gaps = taken.slice(1).map((at, i) => at - (taken[i] ?? at));
  const meanMs = gaps.reduce((sum, gap) => sum + gap, 0) / Math.max(1, gaps.length);
  const setMs = 1000 / paced.ratePerSecond;
  const sorted = [...gaps].sort((a, b) => a - b);
  const at = (share01: number): number => sorted[Math.floor((sorted.length - 1) * share01)] ?? 0;
  return {
    bench: 'pacing',
    row: paced.name,
    unit: 'ms between',
    ours: meanMs,
    peers: { set: setMs },
    ratio: meanMs / setMs,
    goal: 'within 1 %',
    ok: Math.abs(meanMs / setMs - 1) <= 0.01,
    notes: [`${taken.length} sends; gaps: p1 ${at(0.01)}, p50 ${at(0.5)}, p99 ${at(0.99)} ms`],
  };
}
