import { failpointNames } from '@zaphub/features';
import type { UnknownPolicy } from '@zaphub/types';
import { createSeededRandom, type SeededRandom } from './random.ts';

/** What a round breaks; `worker` counts from 0, and names whoever has that place then. */
export type Fault = { readonly atMs: number } & (
  | { readonly kind: 'kill' | 'terminate'; readonly worker: number }
  | { readonly kind: 'freeze'; readonly worker: number; readonly forMs: number }
  | { readonly kind: 'cut-database' }
  | { readonly kind: 'restart-database'; readonly mode: 'fast' | 'immediate' }
  | { readonly kind: 'flush-redis' | 'restart-redis' }
  | { readonly kind: 'freeze-redis'; readonly forMs: number }
);

/** What a person does meanwhile. */
export type Action = { readonly atMs: number } & (
  | { readonly kind: 'pause' | 'resume' | 'cancel'; readonly campaign: number }
  | { readonly kind: 'opt-out'; readonly tenant: number; readonly contact: number }
);

export interface PlannedTenant {
  readonly contacts: number;
  readonly campaigns: readonly { readonly unknownPolicy: UnknownPolicy; readonly ratePerSecond?: number }[];
}

/** One round: campaigns that start together, workers, a network in some mood, and what goes wrong. */
export interface RoundPlan {
  readonly seed: number;
  readonly tenants: readonly PlannedTenant[];
  /** Extra environment of each worker; a failpoint, or a clock that is ahead. */
  readonly workers: readonly Readonly<Record<string, string>>[];
  /** Environment of all workers: how the network behaves. */
  readonly network: Readonly<Record<string, string>>;
  readonly faults: readonly Fault[];
  readonly actions: readonly Action[];
}

/** What can be broken where the round runs. */
export interface Breakable {
  readonly redis: boolean;
  readonly database: boolean;
}

/** Faults and actions fall into this time; campaigns are paced so that most of them are under way then. */
const stormMs = 4_000;
const policies = ['at_most_once', 'at_least_once', 'ask'] as const satisfies readonly UnknownPolicy[];

/**
 * The round of a seed: the same seed and campaigns give the same plan. Times are kept only as well as the machine
 * keeps them.
 */
export function planRound(seed: number, options: { campaigns: number; breakable: Breakable }): RoundPlan {
  const random = createSeededRandom(seed);
  const tenants = planTenants(random, options.campaigns);
  const workers = Array.from({ length: random.whole(1, 3) }, () => planWorker(random));
  return {
    seed,
    tenants,
    workers,
    network: planNetwork(random),
    faults: Array.from({ length: random.whole(1, 4) }, () =>
      planFault(random, workers.length, options.breakable),
    ).sort(byTime),
    actions: Array.from({ length: random.whole(0, options.campaigns) }, () =>
      planAction(random, options.campaigns, tenants),
    ).sort(byTime),
  };
}

function planTenants(random: SeededRandom, campaigns: number): PlannedTenant[] {
  const tenants: PlannedTenant[] = [];
  for (let left = campaigns; left > 0;) {
    const share = Math.min(left, random.whole(1, 4));
    left -= share;
    tenants.push({
      contacts: random.whole(1, 120),
      campaigns: Array.from({ length: share }, () => ({
        unknownPolicy: random.one(policies),
        ...(random.chance(0.3) ? { ratePerSecond: random.whole(20, 200) } : {}),
      })),
    });
  }
  return tenants;
}

function planWorker(random: SeededRandom): Record<string, string> {
  const point = random.one(failpointNames);
  if (random.chance(0.4)) {
    return { FAILPOINT: `${point}:${random.one(['kill', 'throw', 'sleep=2500'])}@${random.whole(1, 6)}` };
  }
  return random.chance(0.1) ? { CLOCK_AHEAD_MS: String(random.one([-90_000, 90_000])) } : {};
}

function planNetwork(random: SeededRandom): Record<string, string> {
  const rate = (most: number): string => (random.chance(0.5) ? random.ratio() * most : 0).toFixed(4);
  return {
    SIMULATOR_SEED: String(random.whole(1, 1_000_000)),
    SIMULATOR_DEDUPLICATES: String(random.chance(0.5)),
    SIMULATOR_MAX_IN_FLIGHT: String(random.one([1, 10, 50, 250])),
    SIMULATOR_LATENCY_MAX_MS: String(random.one([5, 30, 120])),
    SIMULATOR_LOST_AFTER_MS: '50',
    SIMULATOR_RETRY_AFTER_MS: '200',
    SIMULATOR_REFUSED_RATE: rate(0.1),
    SIMULATOR_NOT_SENT_RATE: rate(0.1),
    SIMULATOR_THROTTLED_RATE: rate(0.1),
    SIMULATOR_SERVER_ERROR_RATE: rate(0.05),
    SIMULATOR_LOST_REPLY_RATE: rate(0.1),
    SIMULATOR_RECEIPTS: String(random.chance(0.7)),
    SIMULATOR_DELIVERED_MIN_MS: '0',
    SIMULATOR_DELIVERED_MAX_MS: '400',
    SIMULATOR_READ_MIN_MS: '0',
    SIMULATOR_READ_MAX_MS: '800',
    SIMULATOR_DUPLICATE_RECEIPT_RATE: rate(0.3),
    SIMULATOR_LATE_RECEIPT_RATE: rate(0.2),
    SIMULATOR_LATE_RECEIPT_MS: '1500',
  };
}

function planFault(random: SeededRandom, workers: number, breakable: Breakable): Fault {
  const atMs = random.whole(0, stormMs);
  const kinds: [Fault['kind'], ...Fault['kind'][]] = ['kill', 'kill', 'terminate', 'freeze', 'cut-database'];
  if (breakable.redis) kinds.push('flush-redis', 'restart-redis', 'freeze-redis');
  if (breakable.database) kinds.push('restart-database');
  const kind = random.one(kinds);
  const worker = random.whole(0, workers - 1);
  switch (kind) {
    case 'kill':
    case 'terminate':
      return { atMs, kind, worker };
    case 'freeze':
      return { atMs, kind, worker, forMs: random.whole(500, 4_000) };
    case 'freeze-redis':
      return { atMs, kind, forMs: random.whole(500, 3_000) };
    case 'restart-database':
      return { atMs, kind, mode: random.one(['fast', 'immediate']) };
    case 'cut-database':
    case 'flush-redis':
    case 'restart-redis':
      return { atMs, kind };
    default:
      return kind satisfies never;
  }
}

function planAction(random: SeededRandom, campaigns: number, tenants: readonly PlannedTenant[]): Action {
  const atMs = random.whole(0, stormMs);
  const kind = random.one(['pause', 'resume', 'cancel', 'opt-out', 'opt-out']);
  if (kind !== 'opt-out') return { atMs, kind, campaign: random.whole(0, campaigns - 1) };
  const tenant = random.whole(0, tenants.length - 1);
  return { atMs, kind, tenant, contact: random.whole(0, (tenants[tenant]?.contacts ?? 1) - 1) };
}

function byTime(a: { readonly atMs: number }, b: { readonly atMs: number }): number {
  return a.atMs - b.atMs;
}
