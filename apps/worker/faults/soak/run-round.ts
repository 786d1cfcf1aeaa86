import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '@zaphub/db';
import { type InvariantResult, verifyLedger } from '@zaphub/features';
import type { RestartablePostgres, TestRedis } from '@zaphub/testing';
import { askRedis } from '@zaphub/testing';
import { createCampaignActions } from '../campaign-actions.ts';
import { startWorker, type WorkerProcess } from '../worker-process.ts';
import type { Action, Fault, RoundPlan } from './plan-round.ts';
import { seedRound, type SoakCampaign } from './seed-round.ts';

/** Where rounds run; what is not given cannot be broken. */
export interface SoakPlace {
  readonly db: Database;
  readonly systemUrl: string;
  readonly journalDir: string;
  readonly filesDir: string;
  readonly redis: TestRedis | undefined;
  readonly postgres: RestartablePostgres | undefined;
}

/** What became of a round. */
export interface RoundResult {
  readonly seed: number;
  readonly campaigns: number;
  readonly recipients: number;
  readonly faults: readonly Fault[];
  readonly seconds: number;
  /** Invariants that were broken, and campaigns that did not end; empty for a clean round. */
  readonly broken: readonly (
    InvariantResult | { readonly name: 'ended'; readonly campaigns: readonly string[] }
  )[];
  /** What the workers said last, when something is broken. */
  readonly log: string;
}

const patienceMs = 90_000;
/** An engine that is late by less than this is only slow; leases are two seconds long. */
const graceMs = 15_000;

/** Runs a plan to its end: storm, calm, every campaign ended, every invariant checked. */
export async function runRound(place: SoakPlace, plan: RoundPlan): Promise<RoundResult> {
  const startedAt = performance.now();
  const round = new Round(place, plan);
  const campaigns = await seedRound(place.db, plan);
  try {
    await round.storm(campaigns);
    const unended = await round.calm(campaigns);
    const report = await verifyLedger(place.db, { journalDir: place.journalDir, graceMs });
    const broken = [
      ...report.invariants.filter((invariant) => !invariant.isKept),
      ...(unended.length === 0 ? [] : [{ name: 'ended' as const, campaigns: unended }]),
    ];
    return {
      seed: plan.seed,
      campaigns: campaigns.length,
      recipients: campaigns.reduce((sum, { contactIds }) => sum + contactIds.length, 0),
      faults: plan.faults,
      seconds: (performance.now() - startedAt) / 1000,
      broken,
      log: broken.length === 0 ? '' : round.log(),
    };
  } finally {
    await round.end();
  }
}

class Round {
  readonly #place: SoakPlace;
  readonly #plan: RoundPlan;
  readonly #all: WorkerProcess[] = [];
  /** Who has each place now. */
  readonly #workers: WorkerProcess[] = [];
  #isOver = false;

  constructor(place: SoakPlace, plan: RoundPlan) {
    this.#place = place;
    this.#plan = plan;
  }

  async storm(campaigns: readonly SoakCampaign[]): Promise<void> {
    for (const [index, env] of this.#plan.workers.entries()) this.#start(index, env);
    const startedAt = performance.now();
    const at = async (atMs: number): Promise<void> => {
      await pause(Math.max(0, startedAt + atMs - performance.now()));
    };
    await Promise.all([
      ...this.#plan.faults.map(async (fault) => {
        await at(fault.atMs);
        await this.#break(fault);
      }),
      ...this.#plan.actions.map(async (action) => {
        await at(action.atMs);
        await this.#act(action, campaigns);
      }),
    ]);
  }

  /** Nothing is broken any more, what was paused goes on, what waits for a decision gets one. Answers who did not end. */
  async calm(campaigns: readonly SoakCampaign[]): Promise<string[]> {
    const deadline = performance.now() + patienceMs;
    for (;;) {
      const open = await this.#open(campaigns);
      if (open.length === 0) return [];
      if (performance.now() > deadline)
        return open.map(({ campaign, status }) => `${campaign.campaignId} ${status}`);
      for (const { campaign, status, undecided } of open) {
        const actions = createCampaignActions(this.#place.db, campaign);
        if (status === 'paused') await actions.resume().catch(isTooLate);
        if (status === 'running' && undecided > 0) await actions.leaveUnknown().catch(isTooLate);
      }
      await pause(200);
    }
  }

  log(): string {
    return this.#all.map((worker) => worker.output().split('\n').slice(-20).join('\n')).join('\n---\n');
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#all.map((worker) => worker.kill()));
  }

  /** A supervisor: whoever ends is followed by somebody in good health. */
  #start(index: number, env: Readonly<Record<string, string>> = {}): void {
    const { systemUrl, journalDir, filesDir, redis } = this.#place;
    const worker = startWorker({
      DATABASE_SYSTEM_URL: systemUrl,
      SIMULATOR_JOURNAL_DIR: journalDir,
      ZAPHUB_FILES_DIR: filesDir,
      ...(redis === undefined ? {} : { REDIS_URL: redis.url }),
      ...this.#plan.network,
      ...env,
    });
    this.#all.push(worker);
    this.#workers[index] = worker;
    void worker.ended.then(() => {
      if (!this.#isOver) this.#start(index);
    });
  }

  async #break(fault: Fault): Promise<void> {
    const { db, redis, postgres } = this.#place;
    switch (fault.kind) {
      case 'kill':
        this.#workers[fault.worker]?.signal('SIGKILL');
        return;
      case 'terminate':
        this.#workers[fault.worker]?.signal('SIGTERM');
        return;
      case 'freeze': {
        const worker = this.#workers[fault.worker];
        worker?.signal('SIGSTOP');
        await pause(fault.forMs);
        worker?.signal('SIGCONT');
        return;
      }
      case 'cut-database':
        await db.system((tx) =>
          tx.run(`select pg_terminate_backend(pid) from pg_stat_activity
                  where datname = current_database() and application_name like 'zaphub-%'`),
        );
        return;
      case 'restart-database':
        await postgres?.stop(fault.mode);
        await postgres?.start();
        return;
      case 'flush-redis':
        if (redis !== undefined) await askRedis(Number(new URL(redis.url).port), 'FLUSHALL');
        return;
      case 'restart-redis':
        await redis?.restart();
        return;
      case 'freeze-redis':
        redis?.freeze();
        await pause(fault.forMs);
        redis?.thaw();
        return;
      default:
        fault satisfies never;
    }
  }

  async #act(action: Action, campaigns: readonly SoakCampaign[]): Promise<void> {
    if (action.kind === 'opt-out') {
      const someone = campaigns.find(({ tenant }) => tenant === action.tenant);
      const contactId = someone?.contactIds[action.contact];
      if (someone === undefined || contactId === undefined) return;
      await this.#place.db
        .system((tx) =>
          tx.run(
            `update contacts set opted_out_at = coalesce(opted_out_at, clock_timestamp()) where tenant_id = $1 and id = $2`,
            [someone.tenantId, contactId],
          ),
        )
        .catch(isTooLate);
      return;
    }
    const campaign = campaigns[action.campaign];
    if (campaign === undefined) return;
    await createCampaignActions(this.#place.db, campaign)[action.kind]().catch(isTooLate);
  }

  async #open(
    campaigns: readonly SoakCampaign[],
  ): Promise<{ campaign: SoakCampaign; status: string; undecided: number }[]> {
    const rows = await this.#place.db.system((tx) =>
      tx.rows<{ id: string; status: string; undecided: number }>(
        `select c.id, c.status,
           (select count(*) from messages m where m.campaign_id = c.id and m.state = 'unknown' and m.decided_at is null)
             as undecided
         from campaigns c where c.id = any($1::uuid[]) and c.status not in ('completed', 'cancelled')`,
        [campaigns.map(({ campaignId }) => campaignId)],
      ),
    );
    return rows.flatMap(({ id, status, undecided }) => {
      const campaign = campaigns.find(({ campaignId }) => campaignId === id);
      return campaign === undefined ? [] : [{ campaign, status, undecided }];
    });
  }
}

/** A person's wish may come when it makes no sense any more, or while the database is away: then nothing was done. */
function isTooLate(error: unknown): void {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code !== 'campaign_state' && code !== 'unavailable') throw error;
}
