import type { Judgement, Wait, WatchedResource } from './wait.ts';
import type { WatchedTask } from './watched-task.ts';

/**
 * Judges who can never go on unless somebody unknown helps. Everybody who waits is taken to be stuck; whoever may be
 * served is cleared, and with them those who wait for them, until nothing changes. A task with several waits needs
 * one of them (or); a wait for a lock needs all that are in its way to move (and), one at a channel any of the
 * others (or). Tasks of
 * which too little is known may always go on. So a wait is judged stuck only when no order of events among known tasks can end it.
 */
export function findStuck(
  resources: Iterable<WatchedResource>,
  unknown: { has(task: WatchedTask): boolean },
): Judgement {
  const movingWaits = new Set<Wait>();
  const movingTasks = new Set<WatchedTask>();
  const judgement: Judgement = {
    isStuck: (task) => task.waits.size > 0 && !movingTasks.has(task) && !unknown.has(task),
    isStuckWait: (wait) => !movingWaits.has(wait),
  };
  const all = [...resources];
  for (let before = -1; before < movingWaits.size;) {
    before = movingWaits.size;
    for (const resource of all) {
      for (const wait of resource.servable(judgement)) {
        movingWaits.add(wait);
        movingTasks.add(wait.task);
      }
    }
  }
  return judgement;
}
