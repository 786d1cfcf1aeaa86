import type { SessionEvent } from '@zaphub/providers';
import type { ConnectionStatus } from '@zaphub/types';

/** Everything that can happen to a session, by name. */
export type SessionInput =
  /** Its people want it open, or a new owner has taken it over. */
  | 'open'
  | 'qr'
  | 'pairing_code'
  | 'connected'
  /** A round trip came back; `late`: some did not; `silent`: so many did not that nobody is there. */
  | 'answered'
  | 'late'
  | 'silent'
  /** The state took longer than it may. */
  | 'deadline'
  /** The wait before another try is over. */
  | 'due'
  /** Its people want it closed. */
  | 'close'
  | `lost.${Extract<SessionEvent, { kind: 'lost' }>['cause']}`;

/** What a transition asks for, in this order. */
export type SessionEffect =
  /** Let the session go, if it is there; its credentials stay. */
  | 'close'
  /** Forget what it kept: the credentials are void. */
  | 'forget'
  /** Open a session. */
  | 'open'
  /** Wait, longer after each failure, then go on with `due`. */
  | 'back_off';

/** Where an input leads. */
export interface Transition {
  readonly to: ConnectionStatus;
  readonly effects: readonly SessionEffect[];
  /** Why it is there now, as a stable code; absent where the state says it all. */
  readonly cause?: string;
}

/** Where a session is: its state, and whether one is open (or being opened) here. */
export interface SessionPlaceInTable {
  readonly state: ConnectionStatus;
  readonly isOpen: boolean;
}

type Row = Readonly<Partial<Record<SessionInput, Transition>>>;

const opening: Transition = { to: 'connecting', effects: ['open'] };
const again = (cause: string): Transition => ({
  to: 'reconnecting',
  effects: ['close', 'back_off'],
  cause,
});
const stopped = (cause: string): Transition => ({ to: 'stopped', effects: ['close'], cause });

/** How any session that was opened can end. */
const ends: Row = {
  close: stopped('by_user'),
  'lost.retry': again('network'),
  'lost.logged_out': { to: 'logged_out', effects: ['close', 'forget'], cause: 'logged_out' },
  'lost.replaced': stopped('replaced'),
  'lost.banned': { to: 'banned', effects: ['close'], cause: 'banned' },
  'lost.expired': stopped('code_expired'),
  'lost.refused': stopped('refused'),
};

/** How a session that is on its way can go on. */
const progress: Row = {
  qr: { to: 'qr', effects: [] },
  pairing_code: { to: 'pairing_code', effects: [] },
  connected: { to: 'connected', effects: [] },
};

/** Nothing is open and nothing is planned: only its people can begin again. */
const resting: Row = { open: opening };
const waitingForPerson: Row = { ...ends, ...progress, open: opening, deadline: stopped('code_expired') };

/** Every state with every input that means something in it; any other input is nothing there. */
const table: Readonly<Record<ConnectionStatus, Row>> = {
  created: resting,
  stopped: resting,
  logged_out: resting,
  banned: resting,
  connecting: { ...ends, ...progress, open: opening, deadline: again('no_answer') },
  qr: waitingForPerson,
  pairing_code: waitingForPerson,
  connected: {
    ...ends,
    qr: { to: 'qr', effects: [], cause: 'logged_out' },
    pairing_code: { to: 'pairing_code', effects: [], cause: 'logged_out' },
    open: { to: 'reconnecting', effects: ['open'], cause: 'taken_over' },
    late: { to: 'degraded', effects: [], cause: 'slow_answers' },
    silent: again('no_answer'),
  },
  degraded: {
    ...ends,
    open: { to: 'reconnecting', effects: ['open'], cause: 'taken_over' },
    connected: { to: 'connected', effects: [] },
    answered: { to: 'connected', effects: [] },
    silent: again('no_answer'),
    deadline: again('no_answer'),
  },
  reconnecting: {
    ...ends,
    ...progress,
    open: { to: 'reconnecting', effects: ['open'] },
    due: { to: 'reconnecting', effects: ['open'] },
    deadline: again('no_answer'),
  },
};

/** States in which nothing is open and nothing happens by itself. */
export const restingStates: ReadonlySet<ConnectionStatus> = new Set([
  'created',
  'stopped',
  'logged_out',
  'banned',
]);

/** Inputs that come from a session, or watch one: they are nothing when none is open. */
const needsOpen = (input: SessionInput): boolean => input !== 'open' && input !== 'due' && input !== 'close';

/**
 * Where an input leads; `undefined` when it means nothing there. Pure: the whole behaviour of a session in time is
 * this table. A second session is never opened beside one, whatever comes in whatever order.
 */
export function transitionOf(at: SessionPlaceInTable, input: SessionInput): Transition | undefined {
  const isAboutOpening = input === 'open' || input === 'due';
  if (isAboutOpening === at.isOpen && input !== 'close') return undefined;
  if (!at.isOpen && needsOpen(input)) return undefined;
  return table[at.state][input];
}

/** Whether a session is open after a transition. */
export function isOpenAfter(at: SessionPlaceInTable, transition: Transition): boolean {
  return transition.effects.reduce(
    (isOpen, effect) => (effect === 'open' ? true : effect === 'close' ? false : isOpen),
    at.isOpen,
  );
}
