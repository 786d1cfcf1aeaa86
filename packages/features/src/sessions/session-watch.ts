import type { Session } from '@zaphub/providers';
import type { SessionInput } from './session-machine.ts';
import type { SessionTimes } from './session-times.ts';

/** What is known of the way to the network. */
export interface SessionPulse {
  readonly pingMs: number | undefined;
  /** An instant of `performance.now()`. */
  readonly answeredAtMs: number | undefined;
  readonly missedPings: number;
}

/** Watches one open session by round trips: a socket that is open says nothing about who is at its other end. */
export interface SessionWatch {
  pulse(): SessionPulse;
  /** No more round trips; the one under way is given up. Idempotent. */
  stop(): void;
}

/** Begins to watch; tells `late`, `silent` and `answered` as they happen. */
export function watchSession(
  session: Session,
  times: SessionTimes,
  tell: (input: Extract<SessionInput, 'answered' | 'late' | 'silent'>) => void,
): SessionWatch {
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let pulse: SessionPulse = { pingMs: undefined, answeredAtMs: undefined, missedPings: 0 };

  const ping = async (): Promise<void> => {
    const startedMs = performance.now();
    try {
      const pingMs = await within(session, times.pingTimeoutMs, stopping.signal);
      if (stopping.signal.aborted) return;
      pulse = { pingMs, answeredAtMs: performance.now(), missedPings: 0 };
      tell('answered');
    } catch {
      // Why is not known here, and does not matter: nobody answered.
      if (stopping.signal.aborted) return;
      const missedPings = pulse.missedPings + 1;
      pulse = { ...pulse, missedPings };
      if (missedPings >= times.silentAfter) tell('silent');
      else if (missedPings >= times.lateAfter) tell('late');
    }
    const everyMs = pulse.missedPings === 0 ? times.pingMs : times.anxiousPingMs;
    plan(Math.max(0, everyMs - (performance.now() - startedMs)));
  };
  const plan = (inMs: number): void => {
    if (stopping.signal.aborted) return;
    timer = setTimeout(() => void ping(), inMs);
  };

  plan(Math.min(times.anxiousPingMs, times.pingMs));
  return {
    pulse: () => pulse,
    stop() {
      clearTimeout(timer);
      stopping.abort();
    },
  };
}

/** A round trip that ends in time, also when the session does not heed its signal. */
async function within(session: Session, timeoutMs: number, stopping: AbortSignal): Promise<number> {
  const late = AbortSignal.timeout(timeoutMs);
  const signal = AbortSignal.any([late, stopping]);
  return Promise.race([
    session.ping(signal),
    new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('no answer in time')), { once: true });
    }),
  ]);
}
