import type { LiveEvent } from '@zaphub/types';
import { describe, expect, test, vi } from 'vitest';
import { createLiveClient, parseLiveEvent } from './live-client.ts';
import type { LiveState } from './live-state.ts';

const reset = (reason: string) =>
  `event: reset\ndata: ${JSON.stringify({ type: 'reset', data: { reason } })}\n\n`;

/** A client on a stand-in for the network, with timers and frames that only run when told. */
function setup() {
  const attempts: {
    lastEventId: string | null;
    signal: AbortSignal;
    answer: (response: Response | Error) => void;
  }[] = [];
  const timers = new Map<() => void, number>();
  const frames: (() => void)[] = [];
  const batches: LiveEvent[][] = [];
  const states: LiveState[] = [];
  const client = createLiveClient({
    open: (lastEventId, signal) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('aborted')));
        attempts.push({
          lastEventId,
          signal,
          answer: (response) => (response instanceof Error ? reject(response) : resolve(response)),
        });
      }),
    onEvents: (events) => batches.push(events),
    onState: (state) => states.push(state),
    random: () => 1,
    setTimer: (callback, ms) => {
      timers.set(callback, ms);
      return () => timers.delete(callback);
    },
    nextFrame: (callback) => frames.push(callback),
  });
  const fireTimers = () => {
    for (const callback of timers.keys()) {
      timers.delete(callback);
      callback();
    }
  };
  return { attempts, timers, frames, batches, states, client, fireTimers };
}

test('hands over all events of a frame in one call', async () => {
  const { attempts, frames, batches, client } = setup();
  attempts[0]?.answer(new Response(reset('a') + reset('b')));
  await vi.waitFor(() => expect(frames).toHaveLength(1));
  frames[0]?.();
  expect(batches).toHaveLength(1);
  expect(batches[0]).toHaveLength(2);
  client.close();
});

test('comes back after the last event it saw, waiting longer each time', async () => {
  const { attempts, timers, states, client, fireTimers } = setup();
  attempts[0]?.answer(new Response(`id: 3.9\n${reset('a')}`));
  await vi.waitFor(() => expect(states.at(-1)).toBe('offline'));
  expect([...timers.values()]).toEqual([500]);
  fireTimers();
  await vi.waitFor(() => expect(attempts).toHaveLength(2));
  expect(attempts[1]?.lastEventId).toBe('3.9');
  attempts[1]?.answer(new Error('refused'));
  await vi.waitFor(() => expect([...timers.values()]).toEqual([1_000]));
  client.close();
});

test('waits as long as the server asks', async () => {
  const { attempts, timers, client } = setup();
  attempts[0]?.answer(new Response(`retry: 8000\n${reset('a')}`));
  await vi.waitFor(() => expect([...timers.values()]).toEqual([8_000]));
  client.close();
});

test('gives up a connection that has fallen silent', async () => {
  const { attempts, states, client, fireTimers } = setup();
  fireTimers();
  await vi.waitFor(() => expect(states.at(-1)).toBe('offline'));
  expect(attempts[0]?.signal.aborted).toBe(true);
  client.close();
});

test('closing ends the connection and says nothing more', async () => {
  const { attempts, frames, batches, client } = setup();
  attempts[0]?.answer(new Response(reset('a')));
  await vi.waitFor(() => expect(frames).toHaveLength(1));
  client.close();
  frames[0]?.();
  expect(batches).toEqual([]);
});

describe('an event', () => {
  test('of a kind that this page does not know is passed over', () => {
    expect(parseLiveEvent({ id: null, type: 'future.thing', data: '{}', retryMs: null })).toBeUndefined();
    expect(parseLiveEvent({ id: null, type: 'reset', data: 'not json', retryMs: null })).toBeUndefined();
  });

  test('may carry its type outside', () => {
    const event = parseLiveEvent({ id: null, type: 'reset', data: '{"reason":"gap"}', retryMs: null });
    expect(event).toEqual({ type: 'reset', data: { reason: 'gap' } });
  });
});
