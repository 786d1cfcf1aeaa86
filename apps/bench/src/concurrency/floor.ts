import type { Comparison } from './comparison.ts';

const settled = Promise.resolve();
const work = async (): Promise<number> => 1;

/**
 * What no primitive can beat: the engine's own cost of waiting. The bare reference of a channel stands beside it in its
 * own group.
 */
export const floorComparisons: readonly Comparison[] = [
  {
    row: 'floor: await a settled value',
    count: 1_000_000,
    ours: async (count) => {
      for (let done = 0; done < count; done++) await settled;
    },
    peers: {},
    goals: [],
  },
  {
    row: 'floor: await a new promise',
    count: 1_000_000,
    ours: async (count) => {
      for (let done = 0; done < count; done++) await new Promise<void>((resolve) => resolve());
    },
    peers: {},
    goals: [],
  },
  {
    row: 'bare reference: 10 at once',
    count: 1_000_000,
    ours: async (count) => {
      let next = 0;
      const worker = async (): Promise<void> => {
        while (next++ < count) await work();
      };
      await Promise.all(Array.from({ length: 10 }, worker));
    },
    peers: {},
    goals: [],
    note: 'workers that share an index: no results, no errors, no abort',
  },
];
