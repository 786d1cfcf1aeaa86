import type { OpenSessionOptions, Session } from '../session.ts';
import { seededRatio01 } from '../seeded-ratio.ts';
import type { SimulatorAction } from './scenario.ts';

/** How long pairing takes in a simulated network; milliseconds. */
export interface SessionOptions {
  /** The phone scans by itself after so long; default 6 000. `false`: it waits for the action `scan`. */
  readonly pairAfterMs: number | false;
  /** Between two codes; default 20 000. */
  readonly codeMs: number;
  /** So many codes, then the time is over; default 6. */
  readonly codes: number;
  /** A number that was paired is connected after so long; default 300. */
  readonly connectMs: number;
}

/** As people with a phone in their hand are. */
export const usualSessions: SessionOptions = {
  pairAfterMs: 6_000,
  codeMs: 20_000,
  codes: 6,
  connectMs: 300,
};

/** A session that hears what happens to the network. */
export interface SimulatedSession extends Session {
  take(action: SimulatorAction): void;
}

const pairedKey = 'paired';

/**
 * Plays a number that must be logged in: codes, a phone that scans one, a session that is remembered. `isAway` says
 * whether the network can be reached for it now.
 */
export function openSimulatedSession(
  deps: { readonly seed: number; readonly isAway: () => boolean },
  options: OpenSessionOptions,
  pace: SessionOptions,
): SimulatedSession {
  const { connectionId, store, onEvent, pairingPhone } = options;
  const timers = new Set<NodeJS.Timeout>();
  let state: 'opening' | 'pairing' | 'connected' | 'over' = 'opening';
  let codes = 0;

  const after = (ms: number, run: () => void): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      if (state !== 'over') run();
    }, ms);
    timers.add(timer);
  };
  const stop = (): void => {
    state = 'over';
    for (const timer of timers) clearTimeout(timer);
    timers.clear();
  };
  const lose = (cause: 'retry' | 'logged_out' | 'banned' | 'expired', detail: string): void => {
    if (state === 'over') return;
    stop();
    onEvent({ kind: 'lost', cause, detail });
  };
  const letGo = (): void => {
    // The store refuses a process that no longer owns the session: no event follows.
    stop();
  };

  const connect = (): void => {
    if (state === 'connected' || state === 'over') return;
    if (deps.isAway()) return lose('retry', 'the simulated network cannot be reached');
    state = 'connected';
    const ratio01 = seededRatio01(`${deps.seed}:${connectionId}`);
    // Of the range that is kept for fiction, beyond the magic numbers.
    const phone = `+120255501${20 + Math.floor(ratio01 * 80)}`;
    onEvent({ kind: 'connected', phone, name: 'Simulator' });
  };
  const pair = (): void => {
    if (state !== 'pairing') return;
    store.write(new Map([[pairedKey, Buffer.from('1')]])).then(connect, letGo);
  };
  const showCode = (): void => {
    if (state !== 'pairing') return;
    if (++codes > pace.codes) return lose('expired', 'no code was scanned');
    const ratio01 = seededRatio01(`${deps.seed}:${connectionId}:${codes}`);
    const text = Math.floor(ratio01 * 36 ** 8)
      .toString(36)
      .toUpperCase()
      .padStart(8, '0');
    const expiresAt = new Date(Date.now() + pace.codeMs);
    if (pairingPhone === undefined)
      onEvent({ kind: 'qr', code: `simulator:${connectionId}:${text}`, expiresAt });
    else onEvent({ kind: 'pairing_code', code: `${text.slice(0, 4)}-${text.slice(4)}`, expiresAt });
    after(pace.codeMs, showCode);
  };
  const start = (isPaired: boolean): void => {
    if (state === 'over') return;
    if (isPaired) return after(pace.connectMs, connect);
    state = 'pairing';
    showCode();
    if (pace.pairAfterMs !== false) after(pace.pairAfterMs, pair);
  };
  store.read([pairedKey]).then((kept) => start(kept.has(pairedKey)), letGo);

  const isMine = (action: SimulatorAction): boolean =>
    !('connection' in action) || action.connection === undefined || action.connection === connectionId;

  return {
    ping() {
      const isThere = state === 'connected' && !deps.isAway();
      return isThere
        ? Promise.resolve(1)
        : Promise.reject(new Error('the simulated network does not answer'));
    },
    async logout() {
      stop();
      await store.clear();
    },
    close() {
      stop();
      return Promise.resolve();
    },
    take(action) {
      if (!isMine(action)) return;
      if (action.do === 'scan') pair();
      else if (action.do === 'ban') lose('banned', 'banned by the simulated network');
      else if (action.do === 'drop') lose('retry', 'the simulated network cut the connection');
      else if (action.do === 'log_out') {
        void store.clear().catch(() => undefined);
        lose('logged_out', 'logged out by the simulated phone');
      }
    },
  };
}
