import type { Receipt, ReceiptListener } from '../provider.ts';
import { journalParts } from './journal-entries.ts';
import type { JournalEntry } from './journal-line.ts';
import { openReceiptBookmark } from './receipt-bookmark.ts';
import { planReceipts, type ReceiptOptions } from './receipt-plan.ts';

const passMs = 50;
const stepMs = 50;
const batchSize = 500;
const retryMs = 500;
/** Receipts kept in memory at once: when so many wait for their time, the journal is read no further. */
const capacity = 20_000;

/** Receipts come from the journal, so a restarted worker goes on with those of its predecessor. */
export interface ReceiptPump {
  close(): Promise<void>;
}

/** A stretch of the journal whose receipts are not all handed over yet. */
interface Stretch {
  readonly nextOffset: number;
  left: number;
}

interface Due {
  readonly receipt: Receipt;
  readonly stretch: Stretch;
}

/** Hands over the receipts of a journal, each at its time, as long as this process holds the bookmark. */
export function startReceiptPump(
  deps: { readonly dir: string; readonly seed: number; readonly listener: ReceiptListener },
  options: ReceiptOptions,
): ReceiptPump {
  const bookmark = openReceiptBookmark(deps.dir);
  const wheel = new Map<number, Due[]>();
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

  const plan = (entries: readonly JournalEntry[], nextOffset: number): void => {
    const stretch: Stretch = { nextOffset, left: 0 };
    for (const entry of entries) {
      if (entry.verdict !== 'accepted') continue;
      for (const { receipt, dueAtMs } of planReceipts(deps.seed, options, entry)) {
        const step = Math.ceil(dueAtMs / stepMs);
        const due = wheel.get(step);
        if (due === undefined) wheel.set(step, [{ receipt, stretch }]);
        else due.push({ receipt, stretch });
        stretch.left++;
        waiting++;
      }
    }
    stretches.push(stretch);
  };

  const read = async (from: number): Promise<void> => {
    if (waiting >= capacity) return;
    for await (const part of journalParts(deps.dir, from)) {
      plan(part.entries, part.nextOffset);
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
        await deps.listener(batch.map((one) => one.receipt));
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
