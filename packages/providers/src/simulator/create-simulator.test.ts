import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { describeProvider, exampleRequest, soon } from '../provider-conformance.ts';
import type { Receipt } from '../provider.ts';
import { createSimulator } from './create-simulator.ts';
import type { SimulatorOptions } from './simulator-options.ts';
import { readJournal } from './read-journal.ts';

const dirs: string[] = [];
const newDir = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'zaphub-simulator-'));
  dirs.push(dir);
  return dir;
};
afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true });
});
const quickReceipts = { delivered: { minMs: 0, maxMs: 20 }, read: { minMs: 0, maxMs: 20 } };

for (const deduplicates of [true, false]) {
  describe(`simulator that ${deduplicates ? 'deduplicates' : 'does not deduplicate'}`, () => {
    describeProvider(async () => {
      const journalDir = newDir();
      return {
        provider: createSimulator({ journalDir, deduplicates, receipts: quickReceipts }),
        async deliveries(messageId) {
          let count = 0;
          await readJournal(journalDir, {
            onEntry: (entry, isDelivery) => {
              if (isDelivery && entry.messageId === messageId) count++;
            },
          });
          return count;
        },
      };
    });
  });
}

const outcomes = async (options: Partial<SimulatorOptions>, attempts: number): Promise<string[]> => {
  const simulator = createSimulator({ journalDir: newDir(), receipts: false, lostAfterMs: 1, ...options });
  const seen = await Promise.all(
    Array.from({ length: 400 }, (_, i) =>
      simulator.send(exampleRequest({ messageId: `m${i}`, attempt: attempts }), soon()),
    ),
  );
  await simulator.close();
  return seen.map((outcome) => outcome.kind);
};
const refusedAt = (kinds: string[]): number[] => kinds.flatMap((kind, i) => (kind === 'refused' ? [i] : []));

describe('simulator', () => {
  const rates = { refused01: 0.1, notSent01: 0.1, throttled01: 0.1, serverError01: 0.1, lostReply01: 0.1 };

  it('gives the same verdicts for the same seed, and others for another', async () => {
    const first = await outcomes({ seed: 7, rates }, 1);
    expect(await outcomes({ seed: 7, rates }, 1)).toEqual(first);
    expect(await outcomes({ seed: 8, rates }, 1)).not.toEqual(first);
    expect(new Set(first)).toEqual(new Set(['sent', 'refused', 'not_sent', 'unknown']));
  });

  it('refuses the same messages at every attempt; other troubles pass', async () => {
    const first = await outcomes({ rates }, 1);
    const second = await outcomes({ rates }, 2);
    expect(refusedAt(second)).toEqual(refusedAt(first));
    expect(second).not.toEqual(first);
  });

  it('writes down a request whose answer gets lost, and answers the next one as the first would have been', async () => {
    const journalDir = newDir();
    const simulator = createSimulator({ journalDir, lostAfterMs: 1, receipts: false });
    const request = exampleRequest({ to: '+12025550105' });
    expect(await simulator.send(request, soon())).toEqual({ kind: 'unknown', code: 'timeout' });
    expect((await simulator.send({ ...request, attempt: 2 }, soon())).kind).toBe('sent');
    await simulator.close();
    expect(await readJournal(journalDir)).toMatchObject({
      accepted: 2,
      deliveries: 1,
      repeats: 1,
      duplicates: 0,
    });
  });

  it('shares one network between processes that name the same folder', async () => {
    const journalDir = newDir();
    const [one, other] = [createSimulator({ journalDir }), createSimulator({ journalDir })];
    const request = exampleRequest();
    await Promise.all([one.send(request, soon()), other.send({ ...request, attempt: 2 }, soon())]);
    await Promise.all([one.close(), other.close()]);
    expect(await readJournal(journalDir)).toMatchObject({ accepted: 2, deliveries: 1, repeats: 1 });
  });

  it('counts two messages to one phone in one campaign as a duplicate, in two campaigns not', async () => {
    const journalDir = newDir();
    const simulator = createSimulator({ journalDir });
    await simulator.send(exampleRequest({ reference: 'a' }), soon());
    await simulator.send(exampleRequest({ reference: 'a' }), soon());
    await simulator.send(exampleRequest({ reference: 'b' }), soon());
    await simulator.close();
    expect(await readJournal(journalDir)).toMatchObject({ deliveries: 3, duplicates: 1, recipients: 2 });
    expect(await readJournal(journalDir, { campaign: 'b' })).toMatchObject({ deliveries: 1, duplicates: 0 });
  });

  it('survives a line that a crash cut short', async () => {
    const journalDir = newDir();
    const one = createSimulator({ journalDir });
    await one.send(exampleRequest(), soon());
    await one.close();
    appendFileSync(join(journalDir, 'journal.log'), '\n1732000000000\tconn\tcamp');
    const other = createSimulator({ journalDir });
    await other.send(exampleRequest(), soon());
    await other.close();
    expect(await readJournal(journalDir)).toMatchObject({ requests: 2, deliveries: 2 });
  });

  it('goes on with the receipts of a predecessor, and repeats none that were taken over', async () => {
    const journalDir = newDir();
    const first = createSimulator({ journalDir, receipts: false });
    for (let i = 0; i < 50; i++) await first.send(exampleRequest({ messageId: `m${i}` }), soon());
    await first.close();
    const collect = async (): Promise<Receipt[]> => {
      const simulator = createSimulator({ journalDir, receipts: { ...quickReceipts, read01: 1 } });
      const seen: Receipt[] = [];
      await new Promise<void>((resolve) => {
        simulator.onReceipt(async (receipts) => {
          seen.push(...receipts);
          if (seen.length >= 100) resolve();
        });
      });
      await simulator.close();
      return seen;
    };
    const seen = await collect();
    expect(new Set(seen.map((r) => r.messageId + r.kind)).size).toBe(100);
    const again = createSimulator({ journalDir, receipts: quickReceipts });
    await again.send(exampleRequest({ messageId: 'new' }), soon());
    const news = await new Promise<readonly Receipt[]>((resolve) => {
      again.onReceipt(async (receipts) => resolve(receipts));
    });
    await again.close();
    expect(new Set(news.map((r) => r.messageId))).toEqual(new Set(['new']));
  });
});
