import type { QueueCounts } from './queues.ts';

/** BullMQ's counts by state in our terms: one number for everything that waits. */
export function readCounts(counts: Readonly<Record<string, number>>): QueueCounts {
  const of = (...states: readonly string[]): number =>
    states.reduce((sum, state) => sum + (counts[state] ?? 0), 0);
  return {
    waiting: of('waiting', 'wait', 'paused', 'prioritized'),
    active: of('active'),
    delayed: of('delayed'),
    completed: of('completed'),
    failed: of('failed'),
  };
}
