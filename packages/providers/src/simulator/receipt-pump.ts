import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Receipt, ReceiptListener } from '../provider.ts';
import { openBookmark } from './bookmark.ts';
import { type DuePump, type Planned, startDuePump } from './due-pump.ts';
import { journalParts } from './journal-entries.ts';
import { journalFile } from './journal-writer.ts';
import { planReceipts, type ReceiptOptions } from './receipt-plan.ts';

/** Hands over the receipts of a journal, each at its time. */
export function startReceiptPump(
  deps: { readonly dir: string; readonly seed: number; readonly listener: ReceiptListener },
  options: ReceiptOptions,
): DuePump {
  const path = join(deps.dir, journalFile);
  return startDuePump<Receipt>({
    // Made when the simulator opens; where every number is a real one, nothing is ever in it.
    isThere: () => (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0,
    bookmark: openBookmark(deps.dir, 'receipts.json'),
    async *parts(from) {
      for await (const { entries, nextOffset } of journalParts(deps.dir, from)) {
        const planned: Planned<Receipt>[] = [];
        for (const entry of entries) {
          if (entry.verdict === 'accepted') planned.push(...planReceipts(deps.seed, options, entry));
        }
        yield { entries: planned, nextOffset };
      }
    },
    take: deps.listener,
    passMs: 50,
  });
}
