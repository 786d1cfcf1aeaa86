import { BatchProcessor } from '@zaphub/concurrency';
import type { Receipt } from '@zaphub/providers';
import { applyReceipts } from '../messages/index.ts';
import type { EngineDeps } from './engine-deps.ts';

/** Writes receipts into the ledger. */
export interface ReceiptWriter {
  /** Resolves when all of them are durable; rejects when they are not, and they must come again. */
  write(receipts: readonly Receipt[]): Promise<void>;
  /** Writes what was accepted and takes no more. */
  close(): Promise<void>;
}

const maxReceipts = 2_000;
const maxWaitMs = 5;

/**
 * Receipts come one by one from some providers and in hundreds from others, of many connections at once: what arrives
 * within a few milliseconds is one statement.
 */
export function createReceiptWriter(deps: Pick<EngineDeps, 'db' | 'onProgress'>): ReceiptWriter {
  const writer = new BatchProcessor<readonly Receipt[]>({
    process: async (batches) => {
      const changed = await applyReceipts(deps.db.statement, batches.flat());
      for (const [id, tenantId] of changed) deps.onProgress?.({ id, tenantId });
    },
    maxSize: maxReceipts,
    maxWaitMs,
    // Of receipts, not of bytes: an item is a handful of them.
    maxBytes: maxReceipts,
    sizeOf: (receipts) => receipts.length,
  });
  return {
    write: (receipts) => (receipts.length === 0 ? Promise.resolve() : writer.add(receipts)),
    close: () => writer.close(),
  };
}
