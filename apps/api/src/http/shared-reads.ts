import type { KeptAnswer } from '@zaphub/features';

/** Nobody waits for a read that takes longer: the next one is done beside it. */
const longMs = 1_000;

/** The read of a key that is under way. */
interface Line {
  readonly startedMs: number;
  /** Never rejects. */
  readonly over: Promise<void>;
  /** The one behind it, for all who came meanwhile. */
  next: Promise<KeptAnswer> | undefined;
}

/** Reads that are asked for together are done together. */
export interface SharedReads {
  /**
   * Answers with `read`, or with that of another caller of the same key which had not begun yet: what was written
   * before the call is always in the answer. A failure is everybody's who shares it.
   */
  run(key: string, read: () => Promise<KeptAnswer>): Promise<KeptAnswer>;
}

/**
 * Keeps one read of a key under way and one behind it, however many ask: when an event reaches all dashboards of a
 * tenant, they ask the same question at the same moment, and the database hears it twice.
 */
export function createSharedReads(now: () => number = () => performance.now()): SharedReads {
  const lines = new Map<string, Line>();

  const begin = (key: string, read: () => Promise<KeptAnswer>): Promise<KeptAnswer> => {
    const running = read();
    const leave = (): void => {
      if (lines.get(key) === line) lines.delete(key);
    };
    const line: Line = { startedMs: now(), over: running.then(leave, leave), next: undefined };
    lines.set(key, line);
    return running;
  };

  return {
    run(key, read) {
      const line = lines.get(key);
      if (line === undefined || now() - line.startedMs > longMs) return begin(key, read);
      line.next ??= patienceWith(line, longMs - (now() - line.startedMs)).then(() => begin(key, read));
      return line.next;
    },
  };
}

/** Resolves when the read of a line is over, or has taken so much longer that nobody waits for it. */
function patienceWith({ over }: Line, mostMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, mostMs);
    void over.then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
