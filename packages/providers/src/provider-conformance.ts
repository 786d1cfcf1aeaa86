import { expect, it } from 'vitest';
import type { ContentKind, MessageContent } from './message-content.ts';
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

  it('sends every kind of content it declares, and refuses any other before anything leaves', async () => {
    const { provider, deliveries } = await open();
    const declared: readonly ContentKind[] = provider.abilities.contents ?? ['text'];
    expect(declared).toContain('text');
    const seen: { kind: ContentKind; outcome: string; messageId: string }[] = [];
    for (const content of exampleContents) {
      const request = exampleRequest({ content });
      const { kind } = await provider.send(request, soon());
      seen.push({ kind: content.kind, outcome: kind, messageId: request.messageId });
    }
    await provider.close();
    for (const { kind, outcome, messageId } of seen) {
      const isDeclared = declared.includes(kind);
      expect({ kind, outcome }).toEqual({ kind, outcome: isDeclared ? 'sent' : 'refused' });
      expect(await deliveries(messageId)).toBe(isDeclared ? 1 : 0);
    }
  });

  it('refuses what is over the limits it declares, and nothing leaves', async () => {
    const { provider, deliveries } = await open();
    const tooMuch = beyond(provider);
    const outcomes: [string, string, string][] = [];
    for (const [what, content] of tooMuch) {
      const request = exampleRequest({ content });
      outcomes.push([what, (await provider.send(request, soon())).kind, request.messageId]);
    }
    await provider.close();
    for (const [what, kind, messageId] of outcomes) {
      expect([what, kind]).toEqual([what, 'refused']);
      expect(await deliveries(messageId)).toBe(0);
    }
    expect(outcomes).toHaveLength(tooMuch.length);
  });

  it('answers, and never rejects, when the request makes no sense', async () => {
    const { provider } = await open();
    const odd = [{ to: '' }, { to: 'nobody' }, { text: '' }, { text: '\ud800' }, { replyTo: '' }];
    const outcomes = await Promise.all(odd.map((change) => provider.send(exampleRequest(change), soon())));
    await provider.close();
    for (const outcome of outcomes)
      expect(['sent', 'not_sent', 'refused', 'unknown']).toContain(outcome.kind);
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

/** One message of each kind that a network with a template `greeting` takes. */
export const exampleContents: readonly MessageContent[] = [
  { kind: 'text', text: 'Hello' },
  { kind: 'media', media: 'image', source: { link: 'https://example.com/a.png' }, caption: 'A picture' },
  { kind: 'template', name: 'greeting', language: 'pt_BR', body: [{ text: 'Ana' }] },
  { kind: 'buttons', text: 'Shall we?', buttons: [{ id: 'yes', title: 'Yes' }] },
];

/** For each limit that a provider declares, a message that is one over it. */
function beyond(provider: Provider): [string, MessageContent][] {
  const { textChars, captionChars, buttons, buttonTitleChars } = provider.abilities.limits ?? {};
  const found: [string, MessageContent][] = [];
  if (textChars !== undefined) found.push(['text', { kind: 'text', text: 'x'.repeat(textChars + 1) }]);
  if (captionChars !== undefined) {
    const source = { link: 'https://example.com/a.png' };
    const caption = 'x'.repeat(captionChars + 1);
    found.push(['caption', { kind: 'media', media: 'image', source, caption }]);
  }
  if (buttons !== undefined) {
    const many = Array.from({ length: buttons + 1 }, (_, i) => ({ id: `b${i}`, title: `B${i}` }));
    found.push(['buttons', { kind: 'buttons', text: 'Which?', buttons: many }]);
  }
  if (buttonTitleChars !== undefined) {
    const one = { id: 'b', title: 'x'.repeat(buttonTitleChars + 1) };
    found.push(['title', { kind: 'buttons', text: 'Which?', buttons: [one] }]);
  }
  return found;
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
