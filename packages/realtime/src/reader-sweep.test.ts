import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { EventReader } from './event-reader.ts';
import { ReaderSweep } from './reader-sweep.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance', 'Date'] }));
afterEach(() => void vi.useRealTimers());

let seed = 7;
/** The same numbers each run, spread evenly. */
const random = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;

function openSweep() {
  const told: string[] = [];
  const beats = new Map<EventReader, number>();
  const sweep = new ReaderSweep(
    { heartbeatMs: 20_000, recheckMs: 60_000, lingerMs: 5000, random },
    {
      expire: (reader) => {
        told.push('expired');
        sweep.remove(reader);
      },
      recheck: () => void told.push('rechecked'),
      heartbeat: (reader) => void beats.set(reader, (beats.get(reader) ?? 0) + 1),
    },
  );
  const destroyed: EventReader[] = [];
  const reader = (expiresInMs = 3_600_000): EventReader => {
    const fake = {
      expiresAtMs: Date.now() + expiresInMs,
      heartbeatAt: 0,
      recheckAt: 0,
      cutAt: 0,
      index: 0,
      destroy: () => destroyed.push(made),
    };
    // The sweep uses these fields and no others; a real reader needs a connection.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as the line above says
    const made = fake as unknown as EventReader;
    sweep.add(made);
    return made;
  };
  return { sweep, told, beats, destroyed, reader };
}

test('heartbeats of many readers that came at once are spread over the whole period', () => {
  const { beats, reader } = openSweep();
  for (let i = 0; i < 19_000; i++) reader();
  let most = 0;
  let before = 0;
  for (let ms = 0; ms < 20_250; ms += 250) {
    vi.advanceTimersByTime(250);
    const sum = [...beats.values()].reduce((total, count) => total + count, 0);
    most = Math.max(most, sum - before);
    before = sum;
  }
  expect(beats.size).toBe(19_000);
  expect(most).toBeLessThan(2 * (19_000 / 80));
});

test('readers expire, are asked about and are forgotten one by one', () => {
  const { sweep, told, reader } = openSweep();
  const [first] = [reader(), reader(1000), reader(70_000)];
  vi.advanceTimersByTime(1250);
  expect([sweep.size, told]).toEqual([2, ['expired']]);
  vi.advanceTimersByTime(60_000);
  expect(told.filter((what) => what === 'rechecked')).toHaveLength(2);
  vi.advanceTimersByTime(10_000);
  expect([sweep.size, sweep.all()]).toEqual([1, [first]]);
});

test('an ended stream that nobody reads is cut off, and then there is no timer any more', () => {
  const { sweep, destroyed, reader } = openSweep();
  const one = reader();
  sweep.remove(one);
  vi.advanceTimersByTime(4750);
  expect(destroyed).toEqual([]);
  vi.advanceTimersByTime(500);
  expect(destroyed).toEqual([one]);
  sweep.forget(one);
  expect(vi.getTimerCount()).toBe(0);
});
