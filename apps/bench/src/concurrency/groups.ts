import type { Comparison } from './comparison.ts';

/** The comparisons by group, loaded only by the process that measures the group. */
export const groups = {
  floor: async () => (await import('./floor.ts')).floorComparisons,
  channels: async () => (await import('./channels.ts')).channelsComparisons,
  sync: async () => (await import('./sync.ts')).syncComparisons,
  pools: async () => (await import('./pools.ts')).poolsComparisons,
  resilience: async () => (await import('./resilience.ts')).resilienceComparisons,
  pipelines: async () => (await import('./pipelines.ts')).pipelinesComparisons,
  messaging: async () => (await import('./messaging.ts')).messagingComparisons,
  inspect: async () => (await import('./inspect.ts')).inspectComparisons,
} as const satisfies Record<string, () => Promise<readonly Comparison[]>>;

export type GroupName = keyof typeof groups;

// The keys of the constant above.
export const groupNames = Object.keys(groups) as readonly GroupName[];
