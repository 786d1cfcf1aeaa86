import type { Provider, SendOutcome } from '@zaphub/providers';
import { describe, expect, test } from 'vitest';
import { createDeadline } from './deadline.ts';
import { type Outgoing, sendMessages } from './send-messages.ts';

/** A transport that answers everything alike. */
function answering(send: () => Promise<SendOutcome>): Provider {
  return {
    name: 'simulator',
    abilities: { deduplicates: false, receipts: false, maxInFlight: 10 },
    send,
    onReceipt: () => () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

const message: Outgoing = { id: 'a', recipient: '+5511900000000', text: 'Hi', requests: 0, lostOutcomes: 0 };
const send = (provider: Provider): Promise<SendOutcome[]> =>
  sendMessages(provider, [message, { ...message, id: 'b' }], {
    connectionId: 'connection',
    campaignId: 'campaign',
    deadline: createDeadline(10_000),
    timeoutMs: 5_000,
    maxInFlight: 2,
  });

describe('what a provider answers', () => {
  test.each([
    [NaN, undefined],
    [-1, undefined],
    [Infinity, 86_400_000],
    [1e15, 86_400_000],
    [1_500, 1_500],
  ])('with a wait of %d ms is taken as %s', async (retryAfterMs, taken) => {
    const outcomes = await send(
      answering(() => Promise.resolve({ kind: 'not_sent', code: 'busy', retryAfterMs })),
    );
    expect(outcomes.map((one) => one.kind === 'not_sent' && one.retryAfterMs)).toEqual([taken, taken]);
  });

  test('keeps what it says besides: the effect and the network’s own error', async () => {
    const outcome: SendOutcome = {
      kind: 'not_sent',
      code: 'recipient_wait',
      retryAfterMs: 6_000,
      effect: 'wait_recipient',
    };
    expect(await send(answering(() => Promise.resolve(outcome)))).toEqual([outcome, outcome]);
  });

  test('by throwing before it promised anything is an unknown outcome', async () => {
    const outcomes = await send(
      answering(() => {
        throw new Error('broken');
      }),
    );
    expect(outcomes).toEqual([
      { kind: 'unknown', code: 'provider_error' },
      { kind: 'unknown', code: 'provider_error' },
    ]);
  });
});
