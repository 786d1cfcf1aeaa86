import type { Database } from '@zaphub/db';
import type { Session, SessionEvent, SessionProvider } from '@zaphub/providers';
import type { Logger } from '@zaphub/telemetry';
import { AppError } from '@zaphub/types';
import type { KeyRing } from '../credentials/index.ts';
import { closeSession } from './close-session.ts';
import { openSession } from './open-session.ts';
import type { SessionLease, TakenSession } from './session-lease.ts';
import {
  isOpenAfter,
  restingStates,
  type SessionInput,
  type SessionPlaceInTable,
  type Transition,
  transitionOf,
} from './session-machine.ts';
import { recordStep, type SessionStep } from './session-record.ts';
import { createSessionStore } from './session-store.ts';
import { deadlineMsOf, type SessionTimes } from './session-times.ts';
import { type SessionPulse, type SessionWatch, watchSession } from './session-watch.ts';

export interface HeldSessionDeps {
  readonly db: Database;
  readonly ring: KeyRing;
  readonly provider: SessionProvider;
  readonly logger: Logger;
  readonly times: SessionTimes;
  /** Told when a step may not be written: whoever keeps the lease is to find out what its people want now. */
  readonly onRefused: () => void;
  /** Told once, when nothing is open here any more: the lease can be given back, and taken again after so long. */
  readonly onEnded: (retryInMs: number | undefined) => void;
}

/** `failed`: it cannot go on here, for a reason that is in the log. */
export type SessionEnd = 'lost' | 'unwanted' | 'deleted' | 'shutdown' | 'failed';

/** One session that this process owns, from its taking to its end. */
export interface HeldSession {
  readonly lease: SessionLease;
  /** The lease is good until this instant of `performance.now()`; it lets the session go in time when no news comes. */
  confirm(leaseUntilMs: number): void;
  pulse(): SessionPulse;
  /** Ends it: `deleted` logs out at the network, too. Resolves when nothing is open. Idempotent. */
  end(how: SessionEnd): Promise<void>;
}

/** Something that happened, with what came with it. */
interface Happening {
  readonly input: SessionInput;
  readonly event?: SessionEvent;
  readonly detail?: string;
  /** The opening it belongs to; news of an earlier one is none. */
  readonly opening?: number;
}

const retryRecordMs = 250;
/** What cannot go on is not tried again at once, however short its waits are. */
const leastRetryMs = 1_000;

/** Begins to keep a session open, as the table says; what happens to it is written down by its fence. */
export function holdSession(deps: HeldSessionDeps, taken: TakenSession, leaseUntilMs: number): HeldSession {
  const { db, ring, provider, times } = deps;
  const logger = deps.logger.child({ connection: taken.connectionId, provider: provider.name });
  let at: SessionPlaceInTable = { state: taken.status, isOpen: false };
  let failures = taken.attempts;
  let opening = 0;
  let opened: Promise<Session> | undefined;
  let watch: SessionWatch | undefined;
  let connectedAtMs: number | undefined;
  let leaseEndsMs = leaseUntilMs;
  let leaseTimer: NodeJS.Timeout | undefined;
  let stateTimer: NodeJS.Timeout | undefined;
  let ending: Promise<void> | undefined;
  const queue: Happening[] = [];
  let isWorking = false;
  let hasFailed = false;

  const isOver = (): boolean => ending !== undefined;
  const isHeld = (): boolean => !isOver() && performance.now() < leaseEndsMs - times.marginMs;

  const happen = (happening: Happening): void => {
    if (isOver()) return;
    queue.push(happening);
    if (isWorking) return;
    isWorking = true;
    void work();
  };

  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      if (isOver() || (next.opening !== undefined && next.opening !== opening)) continue;
      const transition = transitionOf(at, next.input);
      if (transition === undefined) continue;
      try {
        await go(transition, next);
        hasFailed = false;
      } catch (error) {
        logger.error('a session could not go on', { input: next.input, error });
        giveUp(error);
      }
    }
    isWorking = false;
  };

  /** Stops, or waits, with the reason shown. When not even that can be written, somebody else may try, but not at once. */
  const giveUp = (error: unknown): void => {
    const { input, detail } = failureOf(error);
    if (hasFailed || transitionOf(at, input) === undefined) return void end('failed');
    hasFailed = true;
    queue.unshift({ input, detail });
  };

  const go = async (transition: Transition, why: Happening): Promise<void> => {
    const from = at;
    at = { state: transition.to, isOpen: isOpenAfter(from, transition) };
    if (connectedAtMs !== undefined && performance.now() - connectedAtMs >= times.stableMs) failures = 0;
    if (transition.effects.includes('close')) await close();
    if (transition.effects.includes('forget')) await createSessionStore(deps, taken).clear();
    const nextInMs = transition.effects.includes('back_off') ? times.backoff(++failures) : undefined;
    if (!(await record(stepOf(from, transition, why, nextInMs)))) return deps.onRefused();
    if (isOver()) return;
    if (transition.effects.includes('open')) open();
    if (transition.to === 'connected' && from.state !== 'degraded') connected();
    if (restingStates.has(at.state)) return void end('unwanted');
    if (at.state !== from.state || at.isOpen !== from.isOpen) planNext(nextInMs);
  };

  const stepOf = (
    from: SessionPlaceInTable,
    transition: Transition,
    { input, event, detail }: Happening,
    nextInMs: number | undefined,
  ): SessionStep => ({
    from: from.state,
    to: transition.to,
    input,
    cause: transition.cause,
    detail: detail ?? (event?.kind === 'lost' ? event.detail : undefined),
    // Whoever takes a number over that was connected begins its waits anew.
    attempts: transition.to === 'connected' ? 0 : failures,
    nextInMs,
    ...(event?.kind === 'qr' || event?.kind === 'pairing_code'
      ? { code: { kind: event.kind, code: event.code, expiresAt: event.expiresAt } }
      : {}),
    ...(event?.kind === 'connected' ? { identity: { phone: event.phone, name: event.name } } : {}),
  });

  /** With the database away it is tried until the lease has ended: then others decide. */
  const record = async (step: SessionStep): Promise<boolean> => {
    while (isHeld()) {
      try {
        return await recordStep(deps, taken, step);
      } catch (error) {
        if (!(error instanceof AppError) || !error.retryable) throw error;
        logger.warn('the state of a session could not be written; trying again', { to: step.to, error });
        await new Promise((resolve) => setTimeout(resolve, retryRecordMs));
      }
    }
    return false;
  };

  const open = (): void => {
    const mine = ++opening;
    const onEvent = (event: SessionEvent): void =>
      happen({ input: event.kind === 'lost' ? `lost.${event.cause}` : event.kind, event, opening: mine });
    opened = openSession({ db, ring, mayOpen: isHeld }, provider, taken, onEvent);
    opened.catch((error: unknown) => {
      logger.warn('a session could not be opened', { error });
      happen({ ...failureOf(error), opening: mine });
    });
  };

  const close = async (): Promise<void> => {
    opening++;
    const going = opened;
    opened = undefined;
    watch?.stop();
    watch = undefined;
    connectedAtMs = undefined;
    await closeSession(going, { timeoutMs: times.closeTimeoutMs, logger });
  };

  const connected = (): void => {
    connectedAtMs = performance.now();
    watch?.stop();
    const mine = opening;
    opened?.then(
      (session) => {
        if (mine !== opening || isOver()) return;
        watch = watchSession(session, times, (input) => happen({ input, opening: mine }));
      },
      () => undefined, // told where it was opened
    );
  };

  /** What comes by itself if nothing else does: the next try, or the end of this state's time. */
  const planNext = (dueInMs: number | undefined): void => {
    clearTimeout(stateTimer);
    const mine = opening;
    const deadlineMs = deadlineMsOf(at, times.deadlines);
    if (dueInMs !== undefined) stateTimer = setTimeout(() => happen({ input: 'due' }), dueInMs);
    else if (deadlineMs !== undefined) {
      stateTimer = setTimeout(() => happen({ input: 'deadline', opening: mine }), deadlineMs);
    }
  };

  const end = (how: SessionEnd): Promise<void> => {
    ending ??= (async () => {
      clearTimeout(leaseTimer);
      clearTimeout(stateTimer);
      if (how === 'lost') logger.warn('a session is not held any more and was let go');
      if (how === 'deleted') await forget();
      await close();
      deps.onEnded(how === 'failed' ? Math.max(leastRetryMs, times.backoff(failures + 1)) : undefined);
    })();
    return ending;
  };

  const forget = async (): Promise<void> => {
    try {
      await (await opened)?.logout(AbortSignal.timeout(times.closeTimeoutMs));
      await createSessionStore(deps, taken).clear();
    } catch (error) {
      // The phone still lists the device; its owner can remove it there.
      logger.warn('a deleted number could not be logged out', { error });
    }
  };

  const confirm = (untilMs: number): void => {
    leaseEndsMs = untilMs;
    clearTimeout(leaseTimer);
    if (isOver()) return;
    leaseTimer = setTimeout(
      () => void end('lost'),
      Math.max(0, untilMs - times.marginMs - performance.now()),
    );
  };

  confirm(leaseUntilMs);
  happen({ input: 'open' });
  return {
    lease: taken,
    confirm,
    pulse: () => watch?.pulse() ?? { pingMs: undefined, answeredAtMs: undefined, missedPings: 0 },
    end,
  };
}

/** What a failure means to a session; its people see the code, what else it says is for the log. */
function failureOf(error: unknown): { input: SessionInput; detail: string } {
  const isFinal = error instanceof AppError && !error.retryable;
  return {
    input: isFinal ? 'lost.refused' : 'lost.retry',
    detail: error instanceof AppError ? error.code : 'failed',
  };
}
