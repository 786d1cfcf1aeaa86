import type { WatchedTask } from './watched-task.ts';

/** A task in the line of a watched primitive. */
export interface Wait {
  readonly task: WatchedTask;
  /** Of the lock or the channel. */
  readonly resource: string;
  /** When it joined, by the detector's clock. */
  readonly sinceMs: number;
  /** Why it cannot be served: the stuck or ended tasks that would have to move. */
  obstacles(judgement: Judgement): readonly Obstacle[];
}

/** A lock or a channel under watch, as the search for a deadlock sees it. */
export interface WatchedResource {
  /** The waits that may still be served, given who is stuck; in doubt a wait may be. */
  servable(judgement: Judgement): readonly Wait[];
}

/** Who is taken to be stuck. */
export interface Judgement {
  /** Whether the task waits, and nothing it waits for can come. */
  isStuck(task: WatchedTask): boolean;
  /** Whether this wait cannot be served. */
  isStuckWait(wait: Wait): boolean;
}

export interface Obstacle {
  readonly task: WatchedTask;
  /** What the task does not do, such as `held by`. */
  readonly how: 'behind' | 'fed by' | 'drained by' | 'held by';
}
