import type { SendOutcome, SendRequest } from '@zaphub/providers';
import { expect, test } from 'vitest';
import { createLanePace } from './lane-pace.ts';
import { spaceSends } from './spaced-sends.ts';

const sent: SendOutcome = { kind: 'sent', providerMessageId: 'x' };
const request: SendRequest = {
  messageId: 'm',
  to: '+1',
  text: 'Hi',
  sender: 's',
  reference: 'r',
  attempt: 1,
};
const forever = { signal: new AbortController().signal, notAfterMs: Infinity };

/** When each of ten messages left, in intervals. */
async function gaps(jitter01: number, random: () => number): Promise<number[]> {
  const at: number[] = [];
  const provider = { send: () => (at.push(performance.now()), Promise.resolve(sent)) };
  const atMs = performance.now();
  const spaced = spaceSends(
    provider,
    createLanePace(),
    { campaignId: 'c', atMs, intervalMs: 20, leastGapMs: 18, jitter01 },
    random,
  );
  await Promise.all(Array.from({ length: 10 }, () => spaced.send(request, forever)));
  return at.map((each) => (each - atMs) / 20);
}

test('messages leave an interval apart, in order', async () => {
  const places = await gaps(0, Math.random);
  for (const [i, place] of places.entries()) expect(place).toBeGreaterThanOrEqual(i - 0.1);
  expect(places).toEqual([...places].sort((a, b) => a - b));
});

test('with jitter each lies in the first part of its own interval', async () => {
  let nth = 0;
  const places = await gaps(0.5, () => (nth++ % 2 === 0 ? 0 : 0.98));
  for (const [i, place] of places.entries()) {
    expect(place).toBeGreaterThanOrEqual(i + (i % 2 === 0 ? 0 : 0.45) - 0.1);
  }
});

test('a process that was held up lets nothing out in a bunch', async () => {
  const at: number[] = [];
  const provider = { send: () => (at.push(performance.now()), Promise.resolve(sent)) };
  const spacing = { campaignId: 'c', atMs: performance.now(), intervalMs: 20, leastGapMs: 18, jitter01: 0 };
  const spaced = spaceSends(provider, createLanePace(), spacing);
  const sending = Promise.all(Array.from({ length: 8 }, () => spaced.send(request, forever)));
  while (performance.now() < spacing.atMs + 120);
  await sending;
  // Two more than fit: what a timer may be late by is made up for at once.
  const together = at.map((from) => at.filter((each) => each >= from && each < from + 54).length);
  expect(Math.max(...together)).toBeLessThanOrEqual(5);
});

test('an end while one waits is an answer: it certainly did not leave', async () => {
  const stop = new AbortController();
  const spaced = spaceSends({ send: () => Promise.resolve(sent) }, createLanePace(), {
    campaignId: 'c',
    atMs: performance.now() + 60_000,
    intervalMs: 1_000,
    leastGapMs: 900,
    jitter01: 0,
  });
  const waiting = spaced.send(request, { ...forever, signal: stop.signal });
  stop.abort();
  expect(await waiting).toEqual({ kind: 'not_sent', code: 'not_started', retryAfterMs: 0 });
});
