import type { Receipt } from '../provider.ts';
import { seededRatio01 } from '../seeded-ratio.ts';
import type { Planned } from './due-pump.ts';
import type { JournalEntry } from './journal-line.ts';
import { magicPhones } from './magic-phones.ts';

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
  /** The share of messages that the network took and could not deliver: `failed` comes instead. */
  readonly failed01: number;
  /** The share of messages that are read before they are delivered, as far as receipts tell. */
  readonly disorder01: number;
  /** The share of receipts that come twice. */
  readonly duplicate01: number;
  /** The share of receipts that come later by `lateMs`. */
  readonly late01: number;
  readonly lateMs: number;
}

/** The receipts of one accepted request; the same request always has the same ones. */
export function planReceipts(seed: number, options: ReceiptOptions, entry: JournalEntry): Planned<Receipt>[] {
  const roll = (what: string): number => seededRatio01(`${seed}:${entry.messageId}:${what}`);
  const happens = (share01: number, what: string): boolean => share01 > 0 && roll(what) < share01;
  const magic = magicPhones.get(entry.phone);
  const planned: Planned<Receipt>[] = [];
  const plan = (kind: Receipt['kind'], dueAtMs: number): void => {
    const lateMs = happens(options.late01, kind + 'late') ? options.lateMs : 0;
    const at = dueAtMs + lateMs;
    const code = kind === 'failed' ? { code: 'recipient_unavailable' } : {};
    const what: Receipt = { messageId: entry.messageId, kind, at: new Date(at), ...code };
    planned.push({ what, dueAtMs: at });
    if (magic === 'receipts_twice' || happens(options.duplicate01, kind + 'twice')) {
      planned.push({ what, dueAtMs: at + 10 });
    }
  };
  if (magic === 'never_delivered') return planned;
  const deliveredAtMs = dueIn(options.delivered, entry, roll('delivered'));
  if (magic === 'fails_later' || happens(options.failed01, 'fails')) {
    plan('failed', deliveredAtMs);
    return planned;
  }
  const readAtMs = dueIn(options.read, entry, roll('read'));
  const isDisordered = magic === 'read_first' || happens(options.disorder01, 'disorder');
  plan('delivered', isDisordered ? Math.max(deliveredAtMs, readAtMs + 100) : deliveredAtMs);
  if (isDisordered || roll('isRead') < options.read01) plan('read', readAtMs);
  return planned;
}

function dueIn({ minMs, maxMs }: DelayRange, entry: JournalEntry, ratio01: number): number {
  return entry.atMs + minMs + ratio01 * (maxMs - minMs);
}
