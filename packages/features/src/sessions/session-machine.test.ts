import { connectionStatus } from '@zaphub/types';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deadlineMsOf } from './session-times.ts';
import {
  isOpenAfter,
  restingStates,
  type SessionInput,
  type SessionPlaceInTable,
  transitionOf,
} from './session-machine.ts';

const inputs: SessionInput[] = [
  'open',
  'qr',
  'pairing_code',
  'connected',
  'answered',
  'late',
  'silent',
  'deadline',
  'due',
  'close',
  'lost.retry',
  'lost.logged_out',
  'lost.replaced',
  'lost.banned',
  'lost.expired',
  'lost.refused',
];
const start: SessionPlaceInTable = { state: 'created', isOpen: false };

function after(at: SessionPlaceInTable, input: SessionInput): SessionPlaceInTable {
  const transition = transitionOf(at, input);
  return transition === undefined ? at : { state: transition.to, isOpen: isOpenAfter(at, transition) };
}

const walk = fc.array(fc.constantFrom(...inputs), { maxLength: 60 });
const places = connectionStatus.options.flatMap((state) => [
  { state, isOpen: false },
  { state, isOpen: true },
]);

describe('whatever happens in whatever order', () => {
  test('a second session is never opened beside one, and none is left open where nothing watches it', () => {
    fc.assert(
      fc.property(walk, (steps) => {
        let at = start;
        for (const input of steps) {
          const transition = transitionOf(at, input);
          if (transition?.effects.includes('open') === true) expect(at.isOpen).toBe(false);
          at = after(at, input);
          if (at.isOpen) expect(restingStates.has(at.state)).toBe(false);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test('a number can send only after its network said that it is connected, and while its session is open', () => {
    fc.assert(
      fc.property(walk, (steps) => {
        let at = start;
        let hasConnected = false;
        for (const input of steps) {
          const before = at;
          at = after(at, input);
          if (input === 'connected' && before.isOpen) hasConnected = true;
          if (!at.isOpen) hasConnected = false;
          if (at.state === 'connected' || at.state === 'degraded') {
            expect([at.isOpen, hasConnected]).toEqual([true, true]);
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test('what nobody wants any more is closed at once, from everywhere', () => {
    fc.assert(
      fc.property(walk, (steps) => {
        const at = after(steps.reduce(after, start), 'close');
        expect(at.isOpen).toBe(false);
        expect(restingStates.has(at.state)).toBe(true);
      }),
    );
  });

  test('a session that is wanted comes back from every state, without anybody’s help unless the table says so', () => {
    fc.assert(
      fc.property(walk, (steps) => {
        const at = after(after(steps.reduce(after, start), 'open'), 'due');
        expect(at.isOpen).toBe(true);
        expect(['connected', 'degraded']).toContain(after(after(at, 'connected'), 'answered').state);
      }),
    );
  });
});

test('no state can last for ever by itself: it rests, it is watched by pings, or it has a deadline', () => {
  for (const { state, isOpen } of places.filter((place) => place.isOpen)) {
    if (restingStates.has(state)) continue;
    const isWatched = state === 'connected';
    expect([state, isWatched || deadlineMsOf({ state, isOpen }) !== undefined]).toEqual([state, true]);
    const way = isWatched ? 'silent' : 'deadline';
    expect([state, after({ state, isOpen }, way).isOpen]).toEqual([state, false]);
  }
});

test('a deadline ends only what it was set for', () => {
  for (const place of places.filter(({ isOpen }) => !isOpen)) {
    expect(transitionOf(place, 'deadline')).toBeUndefined();
  }
});

describe('what a lost session means', () => {
  test.each([
    ['lost.retry', 'reconnecting', 'network'],
    ['lost.logged_out', 'logged_out', 'logged_out'],
    ['lost.replaced', 'stopped', 'replaced'],
    ['lost.banned', 'banned', 'banned'],
    ['lost.expired', 'stopped', 'code_expired'],
    ['lost.refused', 'stopped', 'refused'],
  ] as const)('%s: %s, because of %s', (input, state, cause) => {
    for (const from of [
      'connecting',
      'qr',
      'pairing_code',
      'connected',
      'degraded',
      'reconnecting',
    ] as const) {
      expect(transitionOf({ state: from, isOpen: true }, input)).toMatchObject({ to: state, cause });
    }
  });

  test('only a logged-out session forgets what it kept', () => {
    for (const input of inputs) {
      for (const place of places) {
        const forgets = transitionOf(place, input)?.effects.includes('forget') ?? false;
        expect(forgets).toBe(input === 'lost.logged_out' && place.isOpen && !restingStates.has(place.state));
      }
    }
  });
});
