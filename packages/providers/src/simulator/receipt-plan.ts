import { seededRatio01 } from '../seeded-ratio.ts';
import type { Receipt } from '../provider.ts';
import type { JournalEntry } from './journal-line.ts';

/** A uniform range of milliseconds. */
export interface DelayRange {
  readonly minMs: number;
  readonly maxMs: number;
}

/** Which receipts the simulated phones send, and when. Overlapping ranges make them arrive out of order. */
export interface ReceiptOptions {
  /** From the request to `delivered`. */
  readonly delivered: DelayRange;
  /** From the request to `read`. */
  readonly read: DelayRange;
  /** The share of messages that are read. */
  readonly read01: number;
  /** The share of receipts that come twice. */
  readonly duplicate01: number;
  /** The share of receipts that come later by `lateMs`. */
  readonly late01: number;
  readonly lateMs: number;
}

/** A receipt and when it is due, in milliseconds since 1970. */
export interface PlannedReceipt {
  readonly receipt: Receipt;
  readonly dueAtMs: number;
}

/** The receipts of one accepted request; the same request always has the same ones. */
export function planReceipts(seed: number, options: ReceiptOptions, entry: JournalEntry): PlannedReceipt[] {
  const roll = (what: string): number => seededRatio01(`${seed}:${entry.messageId}:${what}`);
  const planned: PlannedReceipt[] = [];
  const plan = (kind: 'delivered' | 'read', range: DelayRange): void => {
    const lateMs = options.late01 > 0 && roll(kind + 'late') < options.late01 ? options.lateMs : 0;
    const dueAtMs = entry.atMs + range.minMs + roll(kind) * (range.maxMs - range.minMs) + lateMs;
    const receipt: Receipt = { messageId: entry.messageId, kind, at: new Date(dueAtMs) };
    planned.push({ receipt, dueAtMs });
    if (options.duplicate01 > 0 && roll(kind + 'twice') < options.duplicate01) {
      planned.push({ receipt, dueAtMs: dueAtMs + 10 });
    }
  };
  plan('delivered', options.delivered);
  if (roll('isRead') < options.read01) plan('read', options.read);
  return planned;
}
