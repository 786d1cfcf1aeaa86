import { expect, it } from 'vitest';
import type { Provider, Receipt, SendOptions, SendRequest } from './provider.ts';

/** What the suite needs of one implementation. */
export interface ProviderFixture {
  readonly provider: Provider;
  /** How many times a message has reached its phone. */
  readonly deliveries: (messageId: string) => Promise<number>;
}

/** The promises that every provider keeps, whatever is behind it. */
export function describeProvider(open: () => Promise<ProviderFixture>): void {
  it('answers a good request with an id, and the message reaches its phone once', async () => {
    const { provider, deliveries } = await open();
    const request = exampleRequest();
    const outcome = await provider.send(request, soon());
    expect(outcome.kind).toBe('sent');
    await provider.close();
    expect(await deliveries(request.messageId)).toBe(1);
  });

  it('answers a repeated request as its abilities say', async () => {
    const { provider, deliveries } = await open();
    const request = exampleRequest();
    const first = await provider.send(request, soon());
    const second = await provider.send({ ...request, attempt: 2 }, soon());
    await provider.close();
    if (provider.abilities.deduplicates) expect(second).toEqual(first);
    expect(await deliveries(request.messageId)).toBe(provider.abilities.deduplicates ? 1 : 2);
  });

  it('puts nothing on the wire after the instant it was given', async () => {
    const { provider, deliveries } = await open();
    const request = exampleRequest();
    const outcome = await provider.send(request, { ...soon(), notAfterMs: performance.now() - 1 });
    expect(outcome.kind).toBe('not_sent');
    await provider.close();
    expect(await deliveries(request.messageId)).toBe(0);
  });

  it('puts nothing on the wire when it was aborted before', async () => {
    const { provider, deliveries } = await open();
    const request = exampleRequest();
    const outcome = await provider.send(request, { ...soon(), signal: AbortSignal.abort() });
    expect(outcome.kind).toBe('not_sent');
    await provider.close();
    expect(await deliveries(request.messageId)).toBe(0);
  });

  it('hands over a delivered receipt, and again when the listener failed', async () => {
    const { provider } = await open();
    if (!provider.abilities.receipts) {
      await provider.close();
      expect(provider.abilities.receipts).toBe(false);
      return;
    }
    const request = exampleRequest();
    const seen: Receipt[] = [];
    let refusals = 1;
    const arrived = new Promise<void>((resolve) => {
      provider.onReceipt(async (receipts) => {
        if (refusals-- > 0) throw new Error('the listener cannot take them yet');
        seen.push(...receipts);
        if (seen.some((r) => r.messageId === request.messageId && r.kind === 'delivered')) resolve();
      });
    });
    await provider.send(request, soon());
    await arrived;
    await provider.close();
    expect(seen.length).toBeGreaterThan(0);
  });

  it('answers not_sent after it was closed, and closing twice is harmless', async () => {
    const { provider } = await open();
    await provider.close();
    await provider.close();
    expect((await provider.send(exampleRequest(), soon())).kind).toBe('not_sent');
  });
}

/** A request that no provider has a reason to refuse. */
export function exampleRequest(change: Partial<SendRequest> = {}): SendRequest {
  return {
    messageId: crypto.randomUUID(),
    to: '+5511912345678',
    text: 'Hello',
    sender: 'connection',
    reference: 'campaign',
    attempt: 1,
    ...change,
  };
}

/** Options that allow a request for the next ten seconds. */
export function soon(): SendOptions {
  return { signal: new AbortController().signal, notAfterMs: performance.now() + 10_000 };
}
