import { setTimeout as pause } from 'node:timers/promises';
import { Latch } from '@zaphub/concurrency';
import type { Receipt } from '@zaphub/providers';
import { DirectBell } from './direct-bell.ts';
import { type EngineDeps, type EngineOptions, engineSettings } from './engine-deps.ts';
import { createFairGate } from './fair-gate.ts';
import { createLaneSpeeds } from './lane-speeds.ts';
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
  /**
   * Sends the direct messages that have come for a connection, at once: a turn of this process takes them between its
   * own, otherwise they get a turn of their own if nobody else holds the lane. `nextInMs` as for a turn.
   */
  sendDirect(connectionId: string): Promise<TurnResult>;
  /** Turns until nothing is queued in the lane or the signal aborts; answers how many messages were sent. */
  drain(connectionId: string, signal?: AbortSignal): Promise<number>;
  /** Writes receipts into the ledger; resolves when they are durable. */
  applyReceipts(receipts: readonly Receipt[]): Promise<void>;
  /** Lets turns under way end well (what is claimed and not marked goes back) and starts no more. Idempotent. */
  close(): Promise<void>;
}

/** How long `drain` waits before it looks again at a lane that somebody else holds. */
const busyWaitMs = 200;

const busy: TurnResult = { sent: 0, outcome: 'busy', nextInMs: undefined };

/** Makes an engine on a database; opens nothing. */
export function createSendingEngine(deps: EngineDeps, options: EngineOptions): SendingEngine {
  const settings = engineSettings(options);
  const closing = new AbortController();
  const gate = createFairGate({ capacity: settings.ledgerStatements });
  const guards = createProviderGuards();
  const speeds = createLaneSpeeds();
  const receipts = createReceiptWriter(deps);
  /** One for each connection with a turn in this process. */
  const bells = new Map<string, DirectBell>();
  let turns = 0;
  /** Opens when the turns that were under way at the close have ended. */
  let ended: Latch | undefined;

  const turn = async (
    connectionId: string,
    signal?: AbortSignal,
    isDirectOnly = false,
  ): Promise<TurnResult> => {
    if (closing.signal.aborted) return busy;
    const stop = signal === undefined ? closing.signal : AbortSignal.any([signal, closing.signal]);
    const bell = new DirectBell();
    // A second turn of one connection in one process is told that the lane is held, and needs no bell.
    const isFirst = !bells.has(connectionId);
    if (isFirst) bells.set(connectionId, bell);
    turns++;
    try {
      const input = {
        connectionId,
        closing: stop,
        guards,
        gate,
        speeds,
        bell,
        isDirectOnly,
        openTurns: () => turns,
      };
      let result = await runTurn(deps, settings, input);
      // One that came while the turn was ending: whoever told of it was told that somebody is at it.
      while (bell.takeRing() && !stop.aborted) {
        const last = await runTurn(deps, settings, { ...input, isDirectOnly: true });
        result = { ...result, sent: result.sent + last.sent, nextInMs: last.nextInMs ?? result.nextInMs };
      }
      return result;
    } finally {
      if (isFirst) bells.delete(connectionId);
      turns--;
      ended?.countDown();
    }
  };

  const sendDirect = async (connectionId: string): Promise<TurnResult> => {
    const bell = bells.get(connectionId);
    if (bell === undefined) return turn(connectionId, undefined, true);
    bell.ring();
    return busy;
  };

  return {
    async runTurn(connectionId, signal) {
      const result = await turn(connectionId, signal);
      return result;
    },
    sendDirect,
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
