import type { QueueActivity, QueueMetrics } from '@zaphub/queues';

/** What was seen at one moment. */
export interface QueueSample {
  /** Monotonic milliseconds. */
  readonly atMs: number;
  readonly queues: readonly QueueMetrics[];
  /** Of this process alone. */
  readonly activity: readonly QueueActivity[];
  /** Messages that came to nothing and nobody has dealt with. */
  readonly deadLetters: number;
}

/** A condition that somebody should look at. */
export interface QueueAlarm {
  readonly name: 'queue_depth' | 'failure_rate' | 'dead_letters' | 'utilisation';
  /** Empty for what is about no single queue. */
  readonly queue: string;
  readonly value: number;
  /** Beyond which it is one. */
  readonly limit: number;
}

/** When something is an alarm. */
export interface AlarmLimits {
  /** Jobs still to be done in a queue, for the whole window. */
  readonly depth: number;
  /** Share of the attempts that failed within the window. */
  readonly failures01: number;
  /** Attempts below which a share says nothing. */
  readonly fewestAttempts: number;
  readonly deadLetters: number;
  /** Share of a queue's places that are taken, for the whole window. */
  readonly utilisation01: number;
  /** How long a condition must last, and how far back shares are counted. */
  readonly windowMs: number;
}

/** The limits of the requirements; those without one there are ours. */
export const alarmLimits: AlarmLimits = {
  depth: 1000,
  failures01: 0.05,
  fewestAttempts: 20,
  deadLetters: 1000,
  utilisation01: 0.95,
  windowMs: 300_000,
};

/** What the samples say, the oldest first. Pure: the same samples give the same alarms. */
export function judgeQueues(
  samples: readonly QueueSample[],
  limits: AlarmLimits = alarmLimits,
): QueueAlarm[] {
  const latest = samples.at(-1);
  if (latest === undefined) return [];
  const window = samples.filter(({ atMs }) => atMs >= latest.atMs - limits.windowMs);
  const isWhole = samples.some(({ atMs }) => atMs <= latest.atMs - limits.windowMs);
  const alarms: QueueAlarm[] = [];
  for (const { queue, total } of latest.queues) {
    const depths = window.map((sample) => sample.queues.find((each) => each.queue === queue)?.total ?? 0);
    if (isWhole && depths.every((depth) => depth > limits.depth)) {
      alarms.push({ name: 'queue_depth', queue, value: total, limit: limits.depth });
    }
  }
  for (const now of latest.activity) {
    const { queue } = now;
    const rate = failureRate(now, find(window[0], queue), limits);
    if (rate > limits.failures01) {
      alarms.push({ name: 'failure_rate', queue, value: rate, limit: limits.failures01 });
    }
    const busy = window.map((sample) => utilisation(find(sample, queue)));
    if (isWhole && busy.every((share) => share >= limits.utilisation01)) {
      alarms.push({ name: 'utilisation', queue, value: utilisation(now), limit: limits.utilisation01 });
    }
  }
  if (latest.deadLetters > limits.deadLetters) {
    alarms.push({ name: 'dead_letters', queue: '', value: latest.deadLetters, limit: limits.deadLetters });
  }
  return alarms;
}

function find(sample: QueueSample | undefined, queue: string): QueueActivity | undefined {
  return sample?.activity.find((each) => each.queue === queue);
}

function utilisation(activity: QueueActivity | undefined): number {
  return activity === undefined || activity.places === 0 ? 0 : activity.running / activity.places;
}

/** 0 when too few attempts ended to say. */
function failureRate(now: QueueActivity, before: QueueActivity | undefined, limits: AlarmLimits): number {
  const ended = (how: 'completed' | 'retried' | 'failed'): number =>
    now.ended[how] - (before?.ended[how] ?? 0);
  const failed = ended('failed') + ended('retried');
  const all = failed + ended('completed');
  return all < limits.fewestAttempts ? 0 : failed / all;
}
