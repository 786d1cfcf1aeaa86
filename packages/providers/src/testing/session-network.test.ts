import { expect, test } from 'vitest';
import type { OpenSessionOptions, SessionStore } from '../session.ts';
import { createSessionNetwork } from './session-network.ts';

const store: SessionStore = {
  read: () => Promise.resolve(new Map()),
  write: () => Promise.resolve(),
  clear: () => Promise.resolve(),
};
const options: OpenSessionOptions = { connectionId: 'c', settings: {}, store, onEvent: () => undefined };
const signal = new AbortController().signal;
const request = { messageId: 'm', to: '+5511', text: 'x', sender: 'c', reference: 'r', attempt: 1 };

test('a second session of one number, by whichever client, is a violation; one after the other is none', async () => {
  const network = createSessionNetwork();
  const [a, b] = [network.client('a'), network.client('b')];
  const first = await a.openSession(options);
  await first.close();
  const second = await b.openSession(options);
  expect(network.violations).toEqual([]);
  await a.openSession(options);
  expect(network.violations).toEqual(['c was opened by a while b had it open']);
  await second.close();
});

test('only the client that holds a number’s socket sends with it; of a gateway’s number any does', async () => {
  for (const [sessionPlace, kind] of [
    ['socket', 'not_sent'],
    ['gateway', 'sent'],
  ] as const) {
    const network = createSessionNetwork({ sessionPlace });
    await network.client('a').openSession(options);
    const sent = await network.client('b').send(request, { signal, notAfterMs: Number.POSITIVE_INFINITY });
    expect(sent.kind).toBe(kind);
  }
});
