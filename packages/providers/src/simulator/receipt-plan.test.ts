import { describe, expect, it } from 'vitest';
import type { JournalEntry } from './journal-line.ts';
import { planReceipts, type ReceiptOptions } from './receipt-plan.ts';

const at = (ms: number): { minMs: number; maxMs: number } => ({ minMs: ms, maxMs: ms });
const usual: ReceiptOptions = {
  delivered: at(200),
  read: at(500),
  read01: 1,
  failed01: 0,
  disorder01: 0,
  duplicate01: 0,
  late01: 0,
  lateMs: 60_000,
};
const entry = (messageId: string, phone = '+5511912345678'): JournalEntry => ({
  atMs: 1_000,
  connection: 'connection',
  campaign: 'campaign',
  messageId,
  phone,
  attempt: 1,
  deduplicates: true,
  verdict: 'accepted',
});
/** Kinds in the order in which they come. */
const kindsOf = (options: Partial<ReceiptOptions>, ...of: Parameters<typeof entry>): string[] =>
  planReceipts(1, { ...usual, ...options }, entry(...of))
    .toSorted((a, b) => a.dueAtMs - b.dueAtMs)
    .map(({ what }) => what.kind);

describe('receipts of a simulated phone', () => {
  it.each<[string, string, string[]]>([
    ['10', 'fails later', ['failed']],
    ['11', 'is never delivered', []],
    ['12', 'is read first', ['read', 'delivered']],
    ['13', 'gives its receipts twice', ['delivered', 'delivered', 'read', 'read']],
    ['99', 'is like any other', ['delivered', 'read']],
  ])('magic number %s %s', (digits, _, kinds) => {
    expect(kindsOf({}, 'm1', `+120255501${digits}`)).toEqual(kinds);
  });

  it('fail, come late, twice and in disorder in about the shares that were set, and the same ones each time', () => {
    const options = { failed01: 0.2, disorder01: 0.2, duplicate01: 0.2, late01: 0.2 };
    const plans = Array.from({ length: 1_000 }, (_, i) =>
      planReceipts(1, { ...usual, ...options }, entry(`m${i}`)),
    );
    expect(
      Array.from({ length: 1_000 }, (_, i) => planReceipts(1, { ...usual, ...options }, entry(`m${i}`))),
    ).toEqual(plans);
    const share = (has: (kinds: string[], dues: number[]) => boolean): number =>
      plans.filter((plan) => {
        const sorted = plan.toSorted((a, b) => a.dueAtMs - b.dueAtMs);
        return has(
          sorted.map(({ what }) => what.kind),
          sorted.map(({ dueAtMs }) => dueAtMs),
        );
      }).length / plans.length;
    expect(share((kinds) => kinds.includes('failed'))).toBeCloseTo(0.2, 1);
    expect(share((kinds) => kinds[0] === 'read')).toBeGreaterThan(0.1);
    expect(share((kinds) => new Set(kinds).size < kinds.length)).toBeGreaterThan(0.2);
    expect(share((_, dues) => dues.some((due) => due > 60_000))).toBeGreaterThan(0.2);
  });

  it('says why a message failed', () => {
    expect(planReceipts(1, usual, entry('m1', '+12025550110'))).toEqual([
      {
        what: { messageId: 'm1', kind: 'failed', at: new Date(1_200), code: 'recipient_unavailable' },
        dueAtMs: 1_200,
      },
    ]);
  });
});
