import { coalesce } from '@zaphub/concurrency';
import type { Membership } from '@zaphub/features';

/** Answers a person's memberships, at most a few seconds old. */
export interface Memberships {
  /** A person who is in no tenant is looked up each time: they are about to be in one. */
  of(userId: string): Promise<readonly Membership[]>;
  /** The same, certainly asked of the database after this call. */
  freshOf(userId: string): Promise<readonly Membership[]>;
}

export interface MembershipsOptions {
  /** Default 4,000: a removed member is out within 5 s. */
  readonly keepMs?: number;
  /** Default 10,000 people. */
  readonly maxEntries?: number;
}

/** What a lookup may take before its answer counts as too old to be remembered. */
const longestLookupMs = 1_000;

/**
 * Remembers lookups for a moment; many requests of one person at once share one.
 *
 * @param now milliseconds of a monotonic clock
 */
export function createMemberships(
  { list, now }: { list: (userId: string) => Promise<readonly Membership[]>; now: () => number },
  options: MembershipsOptions = {},
): Memberships {
  const keepMs = options.keepMs ?? 4_000;
  const lookups = coalesce(async (userId: string) => ({ askedAt: now(), memberships: await list(userId) }), {
    ttlMs: keepMs,
    isNegative: ({ memberships }) => memberships.length === 0,
    maxEntries: options.maxEntries ?? 10_000,
    clock: { now },
  });

  const freshOf = async (userId: string): Promise<readonly Membership[]> => {
    lookups.delete(userId);
    return (await lookups.get(userId)).memberships;
  };
  return {
    freshOf,
    async of(userId) {
      const { askedAt, memberships } = await lookups.get(userId);
      return now() - askedAt < keepMs + longestLookupMs ? memberships : freshOf(userId);
    },
  };
}
