import { type SenderPool, senderPoolInput, type SenderPoolInput } from '@zaphub/types';

/** The form of a pool. */
export interface PoolValues {
  name: string;
  sticky: boolean;
  failoverSeconds: number;
  /** Weights as they are typed, by the numbers that are in. */
  weights: Readonly<Record<string, string>>;
}

/** A pool that is not there yet. */
export const emptyPool: PoolValues = { name: '', sticky: true, failoverSeconds: 60, weights: {} };

/** What the form shows of a pool; numbers that were deleted since are left out. */
export function poolValuesOf(pool: SenderPool, known: ReadonlySet<string>): PoolValues {
  const members = pool.members.filter((member) => known.has(member.connection_id));
  return {
    name: pool.name,
    sticky: pool.sticky,
    failoverSeconds: pool.failover_after_seconds,
    weights: Object.fromEntries(members.map((member) => [member.connection_id, String(member.weight)])),
  };
}

/** What the API wants of these values, and the places that do not fit: `name`, `members`, or a number's id. */
export function poolInputOf(values: PoolValues): {
  input: SenderPoolInput | undefined;
  wrong: ReadonlySet<string>;
} {
  const members = Object.entries(values.weights);
  const read = senderPoolInput.safeParse({
    name: values.name,
    sticky: values.sticky,
    failover_after_seconds: values.failoverSeconds,
    members: members.map(([id, weight]) => ({ connection_id: id, weight: Number(weight) })),
  });
  const places = (read.error?.issues ?? []).map(({ path: [place, index] }) =>
    place === 'members' && typeof index === 'number' ? (members[index]?.[0] ?? 'members') : String(place),
  );
  return { input: read.data, wrong: new Set(places) };
}

/** The share of a campaign's messages that one number sends while all of them can; 0 for one that is not in. */
export function share01Of(values: PoolValues, connectionId: string): number {
  const weightOf = (text: string | undefined): number => Math.max(0, Number(text) || 0);
  const sum = Object.values(values.weights).reduce((total, text) => total + weightOf(text), 0);
  return sum === 0 ? 0 : weightOf(values.weights[connectionId]) / sum;
}
