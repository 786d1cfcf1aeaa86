import { randomUUID } from 'node:crypto';
import { createDatabase, type Database } from '@zaphub/db';
import { claimBatch, type ClaimInput, ledgerConnectionString } from '@zaphub/features';
import type { Bench, BenchRow } from '../bench-row.ts';
import { median } from '../rounds.ts';
import { openStage } from '../send/stage.ts';
import { growLedger, type GrownCampaign } from './grow-ledger.ts';
import { planLines } from './plan-lines.ts';

const sizes = [10_000, 100_000, 1_000_000, 10_000_000];
const claimRows = 500;
const claims = 8;
/** Of the claim that is explained. */
const explainedRows = 10;
const kinds = ['fresh', 'retry'] as const;

/**
 * What one claim of 500 rows costs while the ledger grows from ten thousand rows to ten million: it must not depend
 * on the size. Prints the plan that the server chose at the largest. `--rows N` stops at N.
 */
export const claimBench: Bench = async function* ({ rows, tell }) {
  const stage = await openStage();
  const db = createDatabase({ connectionString: ledgerConnectionString(stage.urls.system) });
  try {
    const first = new Map<string, number>();
    for (const size of sizes.filter((each) => each <= (rows ?? Number.POSITIVE_INFINITY))) {
      tell(`a ledger of ${size.toLocaleString('en')} rows`);
      const campaign = await growLedger(stage.pool, size, {
        retries: claims * claimRows + explainedRows,
      });
      for (const kind of kinds) {
        const ms = await timeClaims(db, campaign, kind);
        const smallest = first.get(kind) ?? ms;
        first.set(kind, smallest);
        const plan = await planOf(db, campaign, kind);
        const isLargest = size === (rows ?? sizes.at(-1));
        const notes = [
          `${plan.pages} pages for a claim of ${explainedRows}`,
          ...(isLargest ? plan.lines : []),
        ];
        yield claimRow({ kind, size, ms, smallest, notes });
      }
    }
  } finally {
    await db.close();
    await stage.close();
  }
};

function claimRow(measured: {
  kind: string;
  size: number;
  ms: number;
  smallest: number;
  notes: readonly string[];
}): BenchRow {
  const { kind, size, ms, smallest, notes } = measured;
  const ratio = ms / smallest;
  return {
    bench: 'claim',
    row: `${kind} claim, ${size.toLocaleString('en')} rows`,
    unit: 'ms',
    ours: ms,
    peers: { at_10k: smallest },
    ratio,
    goal: '<= 1.5 x at 10,000 rows',
    ok: ratio <= 1.5,
    notes,
  };
}

/** Milliseconds of a claim of 500 rows, the median of a few; the first only prepares the statement. */
async function timeClaims(db: Database, campaign: GrownCampaign, kind: ClaimInput['kind']): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < claims; n++) {
    const start = performance.now();
    const claim = await claimBatch(db.statement, claimInput(campaign, kind, claimRows));
    times.push(performance.now() - start);
    if (claim?.messages.length !== claimRows) throw new Error(`a ${kind} claim took less than there was`);
  }
  return median(times.slice(1));
}

/**
 * The server's plan of the claim that follows, which is carried out as well, and how many pages it looked at: they tell
 * on a busy machine, too, whether claims depend on the size.
 */
async function planOf(
  db: Database,
  campaign: GrownCampaign,
  kind: ClaimInput['kind'],
): Promise<{ lines: string[]; pages: number }> {
  const plan: string[] = [];
  const explain = async <R>(name: string, text: string, values: readonly unknown[]): Promise<R[]> => {
    const rows = await db.statement<{ 'QUERY PLAN': string }>(
      `explain_${name}`,
      `explain (analyze, buffers, costs off, timing off) ${text}`,
      values,
    );
    plan.push(...rows.map((row) => row['QUERY PLAN']));
    return [];
  };
  await claimBatch(explain, claimInput(campaign, kind, explainedRows));
  const total = plan.find((line) => line.includes('Buffers:')) ?? '';
  const pages = [...total.matchAll(/(?:hit|read)=(\d+)/g)].reduce((sum, [, n]) => sum + Number(n), 0);
  return { lines: planLines(plan), pages };
}

function claimInput(campaign: GrownCampaign, kind: ClaimInput['kind'], limit: number): ClaimInput {
  return { ...campaign, owner: randomUUID(), leaseMs: 60_000, limit, needsAttributes: false, kind };
}
