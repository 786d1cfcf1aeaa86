import type { Judgement, Obstacle, Wait } from './wait.ts';
import type { WatchedTask } from './watched-task.ts';

/** One task of a deadlock and what keeps it. */
export interface DeadlockStep {
  readonly task: string;
  /** The lock or the channel it waits for. */
  readonly waitsFor: string;
  /** Why it does not come. `ended`: whoever could have served it has ended, and it waits alone. */
  readonly because: Obstacle['how'] | 'ended';
  /** Whom it waits for, the task of the next step; of the last step that of the first, or one that has ended. */
  readonly on: string | undefined;
}

/** Tasks that wait for one another, none of which can go on. */
export interface Deadlock {
  readonly steps: readonly DeadlockStep[];
  /** For how long it has stood. */
  readonly standingMs: number;
  /** In words, such as `a waits for L, held by b; b waits for M, held by a`. */
  readonly text: string;
}

/** The waits that make up the deadlock a stuck task is part of, or waits behind. */
export function traceCycle(start: WatchedTask, judgement: Judgement): Wait[] {
  const path: Wait[] = [];
  for (let wait = leadingWait(start, judgement); wait !== undefined;) {
    const seenAt = path.indexOf(wait);
    if (seenAt >= 0) return path.slice(seenAt);
    path.push(wait);
    const obstacle = obstacleOf(wait, judgement);
    wait = obstacle && leadingWait(obstacle.task, judgement);
  }
  // It ends with somebody who waits for tasks that have ended; those before wait for that one.
  return path.slice(-1);
}

/** Puts the waits of a cycle into words. */
export function describeDeadlock(cycle: readonly Wait[], judgement: Judgement, nowMs: number): Deadlock {
  const steps = cycle.map((wait): DeadlockStep => {
    const obstacle = obstacleOf(wait, judgement);
    return {
      task: wait.task.name,
      waitsFor: wait.resource,
      because: obstacle !== undefined && isWaiting(obstacle) ? obstacle.how : 'ended',
      on: obstacle?.task.name,
    };
  });
  return { steps, standingMs: nowMs - youngest(cycle), text: steps.map(inWords).join('; ') };
}

/** When the last of the cycle joined: since then it stands. */
export function youngest(cycle: readonly Wait[]): number {
  return cycle.reduce((latest, { sinceMs }) => Math.max(latest, sinceMs), -Infinity);
}

/** Of the waits of a task one that is in vain because of a task that waits, else any. */
function leadingWait(task: WatchedTask, judgement: Judgement): Wait | undefined {
  const waits = [...task.waits];
  return waits.find((wait) => isWaiting(obstacleOf(wait, judgement))) ?? waits[0];
}

/** The first in its way that waits itself, else one that has ended. */
function obstacleOf(wait: Wait, judgement: Judgement): Obstacle | undefined {
  const obstacles = wait.obstacles(judgement);
  return obstacles.find(isWaiting) ?? obstacles[0];
}

function isWaiting(obstacle: Obstacle | undefined): boolean {
  return obstacle !== undefined && obstacle.task.waits.size > 0;
}

function inWords({ task, waitsFor, because, on }: DeadlockStep): string {
  if (because !== 'ended') return `${task} waits for ${waitsFor}, ${because} ${on}`;
  return `${task} waits for ${waitsFor}, which ${on === undefined ? 'nobody' : `only ${on}, now ended,`} would serve`;
}
