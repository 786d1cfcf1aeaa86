import type { Comparison } from './comparison.ts';

/** The comparisons by group, loaded only by the process that measures the group. */
export const groups = {
  floor: async () => (await import('./floor.ts')).floorComparisons,
} as const satisfies Record<string, () => Promise<readonly Comparison[]>>;

export type GroupName = keyof typeof groups;

// The keys of the constant above.
export const groupNames = Object.keys(groups) as readonly GroupName[];
