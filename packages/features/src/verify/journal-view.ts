import { CountTable, type JournalCounts, type JournalEntry, readJournal } from '@zaphub/providers';
import type { ViolationList } from './violation-list.ts';

/** What the journal says about each message, in about 40 bytes each. */
export interface JournalView {
  readonly requests: CountTable;
  readonly accepted: CountTable;
  readonly deliveries: CountTable;
  readonly counts: JournalCounts;
}

/** The rate a sender must keep: `key` is a connection or a campaign as the journal names it, or a tenant. */
export interface RateLimit {
  readonly key: string;
  readonly ratePerSecond: number;
  /** Since when it holds, and everybody has heard of it. */
  readonly sinceMs: number;
}

/** Requests beyond the rate that may come at once, as a share of a second's worth. */
export const burstShare01 = 0.25;

/** Reads the whole journal once, and checks the limits on the way. */
export async function viewJournal(
  dir: string,
  options: {
    readonly campaignId: string | undefined;
    readonly limits: readonly RateLimit[];
    /** The tenant of a connection: a rate may be shared by all of a tenant's. */
    readonly tenants: ReadonlyMap<string, string>;
    /** Connections whose tenant was deleted with its ledger. */
    readonly forgotten: ReadonlySet<string>;
    /** Hidden campaigns of messages that were sent one by one: a phone may get several. */
    readonly direct: ReadonlySet<string>;
  },
  violations: ViolationList,
): Promise<JournalView> {
  const requests = new CountTable();
  const accepted = new CountTable();
  const deliveries = new CountTable();
  const recipients = new CountTable();
  const windows = new Map(options.limits.map((limit) => [limit.key, createWindow(limit)]));
  const judge = (entry: JournalEntry, key: string): void => {
    if (windows.get(key)?.isTooFast(entry.atMs) === true) {
      violations.add('limits', `${key}:${entry.messageId}`, 'sent faster than the rate allows');
    }
  };
  const counts = await readJournal(dir, {
    ...(options.campaignId === undefined ? {} : { campaign: options.campaignId }),
    onEntry(entry, isDelivery) {
      if (options.forgotten.has(entry.connection)) return;
      requests.add(entry.messageId);
      if (entry.verdict === 'accepted') accepted.add(entry.messageId);
      if (isDelivery) {
        deliveries.add(entry.messageId);
        const isOther =
          !options.direct.has(entry.campaign) &&
          recipients.add(entry.campaign + entry.phone) > 1 &&
          deliveries.get(entry.messageId) === 1;
        if (isOther) {
          violations.add(
            'extra_sends',
            entry.messageId,
            'another message of this campaign reached the same phone',
          );
        }
      }
      judge(entry, entry.connection);
      judge(entry, entry.campaign);
      judge(entry, options.tenants.get(entry.connection) ?? '');
    },
  });
  return { requests, accepted, deliveries, counts };
}

/** Remembers the last instants, one more than a second may have; O(1) for each request. */
function createWindow({ ratePerSecond, sinceMs }: RateLimit): { isTooFast(atMs: number): boolean } {
  const most = Math.ceil(ratePerSecond) + Math.max(1, Math.ceil(ratePerSecond * burstShare01));
  const recent = new Float64Array(most).fill(-Infinity);
  let next = 0;
  return {
    isTooFast(atMs) {
      if (atMs < sinceMs) return false;
      const oldest = recent[next] ?? -Infinity;
      recent[next] = atMs;
      next = (next + 1) % most;
      return atMs - oldest < 1000;
    },
  };
}
