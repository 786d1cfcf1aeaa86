import type { Membership } from '@zaphub/features';

/** Answers a person's memberships, at most a few seconds old. */
export interface Memberships {
  /** A person who is in no tenant is looked up each time: they are about to be in one. */
  of(userId: string): Promise<readonly Membership[]>;
  /** The same, certainly from the database. */
  freshOf(userId: string): Promise<readonly Membership[]>;
}

export interface MembershipsOptions {
  /** Default 4,000: a removed member is out within 5 s. */
  readonly keepMs?: number;
  /** Default 10,000 people. */
  readonly maxEntries?: number;
}

/** Remembers lookups for a moment. @param now milliseconds of a monotonic clock */
export function createMemberships(
  deps: { list: (userId: string) => Promise<readonly Membership[]>; now: () => number },
  options: MembershipsOptions = {},
): Memberships {
  const keepMs = options.keepMs ?? 4000;
  const maxEntries = options.maxEntries ?? 10_000;
  const kept = new Map<string, { until: number; memberships: readonly Membership[] }>();

  const freshOf = async (userId: string): Promise<readonly Membership[]> => {
    const askedAt = deps.now();
    const memberships = await deps.list(userId);
    kept.delete(userId);
    if (memberships.length > 0) {
      kept.set(userId, { until: askedAt + keepMs, memberships });
      const [oldest] = kept.keys();
      if (kept.size > maxEntries && oldest !== undefined) kept.delete(oldest);
    }
    return memberships;
  };
  return {
    freshOf,
    of(userId) {
      const known = kept.get(userId);
      return known !== undefined && known.until > deps.now()
        ? Promise.resolve(known.memberships)
        : freshOf(userId);
    },
  };
}
