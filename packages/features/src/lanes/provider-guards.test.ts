import type { Provider, SendOptions, SendOutcome, SendRequest } from '@zaphub/providers';
import { describe, expect, it, vi } from 'vitest';
import { createProviderGuards, type GuardedProvider } from './provider-guards.ts';

const request = (messageId: string): SendRequest => ({
  messageId,
  to: '+5511900000000',
  text: 'hello',
  sender: 'one',
  reference: 'campaign',
  attempt: 1,
});
const away: SendOutcome = { kind: 'not_sent', code: 'connection_refused' };
const sent: SendOutcome = { kind: 'sent', providerMessageId: 'p1' };

/** A network that answers what the test says, and counts what reaches it. */
function network(maxInFlight: number): {
  provider: Provider;
  answer: (outcome: SendOutcome | (() => Promise<SendOutcome>)) => void;
  asked: () => number;
} {
  let now: SendOutcome | (() => Promise<SendOutcome>) = sent;
  const send = vi.fn(() => (typeof now === 'function' ? now() : Promise.resolve(now)));
  return {
    provider: {
      name: 'simulator',
      abilities: { deduplicates: true, receipts: false, maxInFlight },
      send,
      onReceipt: () => () => Promise.resolve(),
      close: () => Promise.resolve(),
    },
    answer: (outcome) => (now = outcome),
    asked: () => send.mock.calls.length,
  };
}

function sendOne(guarded: GuardedProvider, options: Partial<SendOptions> = {}): Promise<SendOutcome> {
  return guarded.send(request('m'), {
    signal: new AbortController().signal,
    notAfterMs: Number.POSITIVE_INFINITY,
    ...options,
  });
}

describe('a connection whose network is away', () => {
  it('is not asked any more after so many failures in a row, and says when to come back', async () => {
    const { provider, answer, asked } = network(5);
    const guarded = createProviderGuards().guard(provider, 'one');
    answer(away);
    for (let i = 0; i < 5; i++) expect(await sendOne(guarded)).toEqual(away);
    expect(guarded.isOnTrial()).toBe(true);
    const refused = await sendOne(guarded);
    expect(refused).toMatchObject({ kind: 'not_sent', code: 'network_away' });
    expect(asked()).toBe(5);
    expect(guarded.retryAfterMs()).toBeGreaterThan(700);
    expect(guarded.retryAfterMs()).toBeLessThanOrEqual(1000);
  });

  it('is remembered in the next turn, and no other connection suffers', async () => {
    const { provider, answer } = network(1);
    const guards = createProviderGuards();
    answer(away);
    for (let i = 0; i < 3; i++) await sendOne(guards.guard(provider, 'one'));
    guards.release('one');
    expect(guards.guard(provider, 'one').isOnTrial()).toBe(true);
    const other = guards.guard(provider, 'two');
    answer(sent);
    expect([other.isOnTrial(), await sendOne(other)]).toEqual([false, sent]);
  });

  it.each<SendOutcome>([
    { kind: 'not_sent', code: 'throttled', retryAfterMs: 1000 },
    { kind: 'not_sent', code: 'too_late' },
    { kind: 'refused', code: 'recipient_unavailable' },
    { kind: 'unknown', code: 'timeout' },
  ])('is not what %j says', async (outcome) => {
    const { provider, answer } = network(1);
    const guarded = createProviderGuards().guard(provider, 'one');
    answer(outcome);
    for (let i = 0; i < 50; i++) expect(await sendOne(guarded)).toEqual(outcome);
    expect(guarded.isOnTrial()).toBe(false);
  });
});

describe('a guarded provider', () => {
  it('answers for one that breaks its promise: what was handed over may have left', async () => {
    const { provider, answer } = network(1);
    const guarded = createProviderGuards().guard(provider, 'one');
    answer(() => Promise.reject(new Error('broken')));
    expect(await sendOne(guarded)).toEqual({ kind: 'unknown', code: 'provider_error' });
    answer(() => {
      throw new Error('broken at once');
    });
    expect(await sendOne(guarded)).toEqual({ kind: 'unknown', code: 'provider_error' });
  });

  it('keeps requests that cannot run yet in line, and those that give up there have certainly not left', async () => {
    const { provider, answer, asked } = network(250);
    const guards = createProviderGuards();
    const open = Promise.withResolvers<SendOutcome>();
    answer(() => open.promise);
    const running = Array.from({ length: 2000 }, (_, i) => sendOne(guards.guard(provider, `of ${i % 10}`)));
    const impatient = new AbortController();
    const waiting = sendOne(guards.guard(provider, 'late'), { signal: impatient.signal });
    const patient = sendOne(guards.guard(provider, 'late'));
    impatient.abort();
    expect(await waiting).toEqual({ kind: 'not_sent', code: 'not_started', retryAfterMs: 0 });
    expect(asked()).toBe(2000);
    open.resolve(sent);
    expect(new Set(await Promise.all(running))).toEqual(new Set([sent]));
    expect(await patient).toEqual(sent);
  });
});
