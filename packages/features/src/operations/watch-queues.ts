import type { Database } from '@zaphub/db';
import type { Queues } from '@zaphub/queues';
import type { Logger } from '@zaphub/telemetry';
import {
  type AlarmLimits,
  alarmLimits,
  judgeQueues,
  type QueueAlarm,
  type QueueSample,
} from './queue-alarms.ts';

/** What is looked at. */
export interface QueueWatchDeps {
  readonly queues: Pick<Queues, 'admin' | 'activity'>;
  /** Logged in as the engine. */
  readonly db: Database;
  readonly logger: Logger;
}

/** Settings of {@link watchQueues}; each has a default. */
export interface QueueWatchOptions {
  /** Milliseconds between two looks. Default 10 000. */
  readonly everyMs?: number;
  readonly limits?: AlarmLimits;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}

/** Looks at the queues regularly and remembers what it saw for as long as alarms need it. */
export interface QueueWatch {
  /** Looks now; with the backend away nothing is remembered. */
  look(): Promise<void>;
  /** What was seen last; `undefined` before the first look. */
  latest(): QueueSample | undefined;
  /** What is beyond its limit. */
  alarms(): readonly QueueAlarm[];
  close(): Promise<void>;
}

/** Counting further would say nothing more. */
const mostDeadLetters = 100_000;

/** Begins at once. An alarm is logged when it begins and when it ends. */
export function watchQueues(deps: QueueWatchDeps, options: QueueWatchOptions = {}): QueueWatch {
  const { everyMs = 10_000, limits = alarmLimits, now = () => performance.now() } = options;
  const { queues, db, logger } = deps;
  let samples: QueueSample[] = [];
  let alarms: readonly QueueAlarm[] = [];
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  const look = async (): Promise<void> => {
    const [metrics, { count }] = await Promise.all([
      queues.admin.allMetrics(),
      db.system((tx) =>
        tx.one<{ count: number }>(
          `select count(*) from (select from dead_letters where discarded_at is null limit ${mostDeadLetters}) d`,
        ),
      ),
    ]);
    const sample = { atMs: now(), queues: metrics, activity: queues.activity(), deadLetters: count };
    // One older than the window stays: it says that the window is whole.
    const firstNeeded = samples.findLastIndex(({ atMs }) => atMs <= sample.atMs - limits.windowMs);
    samples = [...samples.slice(Math.max(0, firstNeeded)), sample];
    tell(judgeQueues(samples, limits));
  };
  const tell = (found: readonly QueueAlarm[]): void => {
    const isIn = (list: readonly QueueAlarm[], { name, queue }: QueueAlarm): boolean =>
      list.some((each) => each.name === name && each.queue === queue);
    for (const alarm of found) if (!isIn(alarms, alarm)) logger.warn('queue alarm', { ...alarm });
    for (const alarm of alarms) {
      if (!isIn(found, alarm)) logger.info('queue alarm is over', { name: alarm.name, queue: alarm.queue });
    }
    alarms = found;
  };
  const pass = async (): Promise<void> => {
    await look().catch((error: unknown) => logger.debug('nobody knows how full the queues are', { error }));
    if (!isClosed) timer = setTimeout(() => void (looking = pass()), everyMs);
  };
  let looking = pass();

  return {
    look,
    latest: () => samples.at(-1),
    alarms: () => alarms,
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await looking;
    },
  };
}
