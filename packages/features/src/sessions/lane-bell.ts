import { setTimeout as pause } from 'node:timers/promises';
import { Semaphore } from '@zaphub/concurrency';
import type { Database } from '@zaphub/db';
import type { Logger } from '@zaphub/telemetry';
import type { SendingEngine } from '../lanes/index.ts';
import { turnChannel } from './pass-on-turn.ts';
import type { SessionKeeper } from './session-keeper.ts';

export interface LaneBellDeps {
  readonly db: Database;
  readonly engine: Pick<SendingEngine, 'runTurn'>;
  readonly keeper: Pick<SessionKeeper, 'holds'>;
  readonly logger: Logger;
}

export interface LaneBellOptions {
  /** The process's name in leases. */
  readonly owner: string;
  /** Lanes that have a turn at once. */
  readonly lanes: number;
}

/** Takes the turns that other workers passed on. */
export interface LaneBell {
  /** Lets turns under way end well, and takes no more. Idempotent. */
  close(): Promise<void>;
}

/**
 * Starts to take turns on the lanes of the sockets that this process holds. One lane has one turn at a time, and goes
 * on by itself while it has work: the next doorbell would only be passed on again.
 */
export async function startLaneBell(deps: LaneBellDeps, options: LaneBellOptions): Promise<LaneBell> {
  const { engine, keeper, logger } = deps;
  const turns = new Semaphore(options.lanes);
  const closing = new AbortController();
  /** Lanes that are being worked on, and what ends the wait of each for its next turn. */
  const active = new Map<string, { isRung: boolean; wake: AbortController }>();
  const running = new Set<Promise<void>>();

  const ring = (connectionId: string): void => {
    if (closing.signal.aborted || !keeper.holds(connectionId)) return;
    const lane = active.get(connectionId);
    if (lane !== undefined) {
      lane.isRung = true;
      lane.wake.abort();
      return;
    }
    const work = serve(connectionId)
      .catch((error: unknown) => {
        // Nothing is lost: the reconciler rings for work that nobody is at.
        logger.warn('a turn that was passed on failed', { connection: connectionId, error });
      })
      .finally(() => {
        active.delete(connectionId);
        running.delete(work);
      });
    running.add(work);
  };

  const serve = async (connectionId: string): Promise<void> => {
    const lane = { isRung: false, wake: new AbortController() };
    active.set(connectionId, lane);
    while (keeper.holds(connectionId) && !closing.signal.aborted) {
      lane.isRung = false;
      lane.wake = new AbortController();
      const { outcome, nextInMs } = await turns.run(() => engine.runTurn(connectionId, closing.signal), {
        signal: closing.signal,
      });
      // Busy: whoever has the lane looks again at its end.
      if (lane.isRung) continue;
      if (outcome === 'busy' || nextInMs === undefined) return;
      const woken = AbortSignal.any([closing.signal, lane.wake.signal]);
      await pause(nextInMs, undefined, { signal: woken }).catch(() => undefined);
    }
  };

  const listener = await deps.db.listen(turnChannel, (payload) => {
    const [owner, connectionId] = payload.split(/ (?=[^ ]*$)/);
    if (owner === options.owner && connectionId !== undefined) ring(connectionId);
  });
  return {
    async close() {
      closing.abort();
      await listener.close();
      await Promise.all(running);
    },
  };
}
