import { CountTable } from './count-table.ts';
import { journalParts } from './journal-entries.ts';
import type { JournalEntry } from './journal-line.ts';

/** What reached phones, by the network's own account. */
export interface JournalCounts {
  /** Requests that arrived, whatever the answer. */
  requests: number;
  /** Requests the network took on. */
  accepted: number;
  refused: number;
  /** Messages that reached a phone. */
  deliveries: number;
  /** Deliveries beyond the first to one phone in one campaign: what nobody wants. */
  duplicates: number;
  /** Accepted requests that reached nobody, because a deduplicating network had delivered their id before. */
  repeats: number;
  /** Different (campaign, phone) pairs with a delivery. */
  recipients: number;
}

export interface ReadJournalOptions {
  /** Only requests of this campaign. */
  readonly campaign?: string;
  /** Sees every request in file order; `isDelivery` says that it reached a phone. */
  readonly onEntry?: (entry: JournalEntry, isDelivery: boolean) => void;
}

/**
 * Counts the journal of a folder. A deduplicating network delivers the first accepted request with an id and
 * only answers later ones; any other network delivers every accepted request. Streams: about 24 bytes a message.
 */
export async function readJournal(dir: string, options: ReadJournalOptions = {}): Promise<JournalCounts> {
  const counts: JournalCounts = {
    requests: 0,
    accepted: 0,
    refused: 0,
    deliveries: 0,
    duplicates: 0,
    repeats: 0,
    recipients: 0,
  };
  const byMessage = new CountTable();
  const byRecipient = new CountTable();
  for await (const { entries } of journalParts(dir)) {
    for (const entry of entries) {
      if (options.campaign !== undefined && entry.campaign !== options.campaign) continue;
      const isDelivery = count(entry, counts, byMessage, byRecipient);
      options.onEntry?.(entry, isDelivery);
    }
  }
  counts.recipients = byRecipient.size;
  return counts;
}

function count(
  entry: JournalEntry,
  counts: JournalCounts,
  byMessage: CountTable,
  byRecipient: CountTable,
): boolean {
  counts.requests++;
  if (entry.verdict === 'refused') counts.refused++;
  if (entry.verdict !== 'accepted') return false;
  counts.accepted++;
  if (byMessage.add(entry.messageId) > 1 && entry.deduplicates) {
    counts.repeats++;
    return false;
  }
  counts.deliveries++;
  if (byRecipient.add(entry.campaign + entry.phone) > 1) counts.duplicates++;
  return true;
}
