import type { Bookmark } from './bookmark.ts';
import type { FilePart } from './file-parts.ts';

const stepMs = 50;
const batchSize = 500;
const retryMs = 500;
/** Kept in memory at once: when so many wait for their time, the file is read no further. */
const capacity = 20_000;

/** Something that is handed over at its time, in milliseconds since 1970. */
export interface Planned<T> {
  readonly what: T;
  readonly dueAtMs: number;
}

/** What is handed over comes from a file, so a restarted worker goes on with that of its predecessor. */
export interface DuePump {
  /** Waits for the pass under way and lets another process go on. Idempotent. */
  close(): Promise<void>;
}

/** A stretch of the file that is not all handed over yet. */
interface Stretch {
  readonly nextOffset: number;
  left: number;
}

interface Due<T> {
  readonly what: T;
  readonly stretch: Stretch;
}

/**
 * Hands over what a file holds, each thing at its time and all of them at least once, as long as this process holds
 * the bookmark.
 */
export function startDuePump<T>(deps: {
  readonly bookmark: Bookmark;
  readonly parts: (from: number) => AsyncGenerator<FilePart<Planned<T>>>;
  /** Takes a batch for good when it resolves; until then it is offered again. */
  readonly take: (batch: readonly T[]) => Promise<void>;
  /** Absent: the file may be there. While it is not, nothing is done at all. */
  readonly isThere?: () => boolean;
  /** Between two looks at the file. */
  readonly passMs: number;
}): DuePump {
  const { bookmark, passMs } = deps;
  const wheel = new Map<number, Due<T>[]>();
  const stretches: Stretch[] = [];
  let offset: number | undefined;
  let savedOffset = 0;
  let waiting = 0;
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;

  const forget = (): void => {
    wheel.clear();
    stretches.length = 0;
    waiting = 0;
    offset = undefined;
  };

  const plan = ({ entries, nextOffset }: FilePart<Planned<T>>): void => {
    const stretch: Stretch = { nextOffset, left: entries.length };
    for (const { what, dueAtMs } of entries) {
      const step = Math.ceil(dueAtMs / stepMs);
      const due = wheel.get(step);
      if (due === undefined) wheel.set(step, [{ what, stretch }]);
      else due.push({ what, stretch });
    }
    waiting += entries.length;
    stretches.push(stretch);
  };

  const read = async (from: number): Promise<void> => {
    if (waiting >= capacity) return;
    for await (const part of deps.parts(from)) {
      plan(part);
      offset = part.nextOffset;
      if (waiting >= capacity || isClosed) return;
    }
  };

  const handOver = async (): Promise<void> => {
    const nowStep = Math.floor(Date.now() / stepMs);
    const steps = [...wheel.keys()].filter((step) => step <= nowStep).sort((a, b) => a - b);
    for (const step of steps) {
      const due = wheel.get(step) ?? [];
      while (due.length > 0) {
        if (isClosed) return;
        const batch = due.slice(0, batchSize);
        await deps.take(batch.map((one) => one.what));
        due.splice(0, batch.length);
        for (const one of batch) one.stretch.left--;
        waiting -= batch.length;
      }
      wheel.delete(step);
    }
  };

  const save = (): void => {
    let doneOffset = savedOffset;
    while (stretches[0]?.left === 0) doneOffset = stretches.shift()?.nextOffset ?? doneOffset;
    if (doneOffset === savedOffset) return;
    savedOffset = doneOffset;
    bookmark.save(doneOffset);
  };

  const pass = async (): Promise<number> => {
    if (deps.isThere?.() === false) return passMs;
    const held = bookmark.hold();
    if (held === undefined) {
      forget();
      return passMs;
    }
    if (offset === undefined) {
      offset = held;
      savedOffset = held;
    }
    try {
      await read(offset);
      await handOver();
      return passMs;
    } catch {
      // The listener could not take them (the database is away): they stay here and are offered again.
      return retryMs;
    } finally {
      save();
    }
  };

  let running: Promise<void> = Promise.resolve();
  const schedule = (ms: number): void => {
    if (isClosed) return;
    timer = setTimeout(() => {
      running = pass().then(schedule, () => schedule(retryMs));
    }, ms);
  };
  schedule(0);

  return {
    async close() {
      if (isClosed) return;
      isClosed = true;
      clearTimeout(timer);
      await running;
      bookmark.release();
    },
  };
}
