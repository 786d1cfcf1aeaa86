/** How an attempt at a job ended: `retried` failed and will be tried again, `failed` will not. */
export type AttemptEnd = 'completed' | 'retried' | 'failed';

/** What this process does with the jobs of one queue. */
export interface QueueActivity {
  readonly queue: string;
  /** Jobs that run now. */
  readonly running: number;
  /** Jobs that may run at once. */
  readonly places: number;
  /** Attempts that ended since the start, by how. */
  readonly ended: Readonly<Record<AttemptEnd, number>>;
}

interface Counts {
  running: number;
  places: number;
  ended: Record<AttemptEnd, number>;
}

/** Counts what the consumers of this process do. */
export interface ActivityLog {
  /** A consumer with so many places has opened; answers what is to be called when it has closed. */
  opened(queue: string, places: number): () => void;
  /** An attempt has begun; answers what is to be called with its end. */
  began(queue: string): (end: AttemptEnd) => void;
  read(): readonly QueueActivity[];
}

/** Begins with nothing; a queue is there once it had a consumer. */
export function createActivityLog(): ActivityLog {
  const queues = new Map<string, Counts>();
  const of = (queue: string): Counts => {
    const known = queues.get(queue) ?? {
      running: 0,
      places: 0,
      ended: { completed: 0, retried: 0, failed: 0 },
    };
    queues.set(queue, known);
    return known;
  };
  return {
    opened(queue, places) {
      of(queue).places += places;
      return () => void (of(queue).places -= places);
    },
    began(queue) {
      const counts = of(queue);
      counts.running++;
      return (end) => {
        counts.running--;
        counts.ended[end]++;
      };
    },
    read: () => [...queues].map(([queue, { ended, ...now }]) => ({ queue, ...now, ended: { ...ended } })),
  };
}
