import { setTimeout as pause } from 'node:timers/promises';
import { Latch } from '@zaphub/concurrency';
import type { Receipt } from '@zaphub/providers';
import { type EngineDeps, type EngineOptions, engineSettings } from './engine-deps.ts';
import { createFairGate } from './fair-gate.ts';
import { createProviderGuards } from './provider-guards.ts';
import { createReceiptWriter } from './receipt-writer.ts';
import { runTurn, type TurnResult } from './run-turn.ts';

/** Sends what the ledger says is due. It holds no queue: whoever learns that a lane has work asks for a turn. */
export interface SendingEngine {
  /**
   * One bounded turn on a connection's lane; an aborted signal brings it to an early good end. Rejects when the
   * database is away; nothing is lost by that.
   */
  runTurn(connectionId: string, signal?: AbortSignal): Promise<TurnResult>;
  /** Turns until nothing is queued in the lane or the signal aborts; answers how many messages were sent. */
  drain(connectionId: string, signal?: AbortSignal): Promise<number>;
  /** Writes receipts into the ledger; resolves when they are durable. */
  applyReceipts(receipts: readonly Receipt[]): Promise<void>;
  /** Lets turns under way end well (what is claimed and not marked goes back) and starts no more. Idempotent. */
  close(): Promise<void>;
}

/** How long `drain` waits before it looks again at a lane that somebody else holds. */
const busyWaitMs = 200;

/** Makes an engine on a database; opens nothing. */
export function createSendingEngine(deps: EngineDeps, options: EngineOptions): SendingEngine {
  const settings = engineSettings(options);
  const closing = new AbortController();
  const gate = createFairGate({ capacity: settings.ledgerStatements });
  const guards = createProviderGuards();
  const receipts = createReceiptWriter(deps);
  let turns = 0;
  /** Opens when the turns that were under way at the close have ended. */
  let ended: Latch | undefined;

  const turn = async (connectionId: string, signal?: AbortSignal): Promise<TurnResult> => {
    if (closing.signal.aborted) return { sent: 0, outcome: 'busy', nextInMs: undefined };
    const stop = signal === undefined ? closing.signal : AbortSignal.any([signal, closing.signal]);
    turns++;
    try {
      return await runTurn(deps, settings, { connectionId, closing: stop, guards, gate });
    } finally {
      turns--;
      ended?.countDown();
    }
  };

  return {
    runTurn: turn,
    async drain(connectionId, signal) {
      let sent = 0;
      const stop = signal === undefined ? closing.signal : AbortSignal.any([signal, closing.signal]);
      for (;;) {
        if (stop.aborted) return sent;
        const result = await turn(connectionId, signal);
        sent += result.sent;
        if (result.outcome === 'done' && result.nextInMs === undefined) return sent;
        const waitMs = result.outcome === 'busy' ? busyWaitMs : (result.nextInMs ?? 0);
        if (waitMs > 0) await pause(waitMs, undefined, { signal: stop }).catch(() => undefined);
      }
    },
    applyReceipts: (batch) => receipts.write(batch),
    async close() {
      ended ??= new Latch(turns);
      closing.abort();
      await ended.wait();
      await receipts.close();
    },
  };
}
