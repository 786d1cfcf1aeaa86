import { expect, test } from 'vitest';
import { coalesceEvents } from './coalesce-events.ts';

const event = (offset: number, topic: string, type = 'campaign.changed') => ({
  offset,
  topic,
  type,
  payload: {},
});
const isState = (type: string): boolean => type.endsWith('.changed');
const offsets = (events: readonly { offset: number }[]): number[] => events.map(({ offset }) => offset);

test('of events that say a whole state only the newest of each topic and type is kept, in order', () => {
  const events = [
    event(1, 'a'),
    event(2, 'b'),
    event(3, 'a', 'message.received'),
    event(4, 'a'),
    event(5, 'a', 'import.changed'),
    event(6, 'a', 'message.received'),
    event(7, 'b'),
  ];
  expect(offsets(coalesceEvents(events, isState))).toEqual([3, 4, 5, 6, 7]);
});

test('whoever stops anywhere in between misses nothing: what replaces comes later than what it replaces', () => {
  const events = Array.from({ length: 60 }, (_, i) => event(i + 1, `topic-${(i * 7) % 5}`));
  const told = coalesceEvents(events, isState);
  for (const { offset } of [{ offset: 0 }, ...told]) {
    const rest = coalesceEvents(
      events.filter((later) => later.offset > offset),
      isState,
    );
    expect(offsets(rest)).toEqual(offsets(told.filter((later) => later.offset > offset)));
  }
});

test('without such events nothing is copied', () => {
  const events = [event(1, 'a', 'message.received')];
  expect(coalesceEvents(events, isState)).toBe(events);
});
