import { afterEach, describe, expect, it } from 'vitest';
import { exampleRequest, soon } from '../provider-conformance.ts';
import type { SendOutcome } from '../provider.ts';
import { seededRatio01 } from '../seeded-ratio.ts';
import type { SessionEvent } from '../session.ts';
import { type LinkedSession, openLinkedSession } from './testing/linked-session.ts';
import type { Mishap } from './testing/post-office.ts';

let linked: LinkedSession | undefined;
afterEach(async () => {
  await linked?.close();
});

const mishaps: readonly (Mishap | undefined)[] = [
  ...Array.from({ length: 8 }, () => undefined),
  { kind: 'nack', error: 463 },
  { kind: 'nack', error: 479 },
  { kind: 'nack', error: 429 },
  { kind: 'no_ack' },
  { kind: 'cut', isDelivered: true },
  { kind: 'cut', isDelivered: false },
];

describe.each([1, 2])('whatever WhatsApp does (seed %i)', (seed) => {
  it('no outcome lies: sent was read once, not_sent and refused never, and all are answered', async () => {
    linked = await openLinkedSession({ acknowledgedMs: 400 });
    const { whatsApp, provider, store } = linked;
    const phones = Array.from({ length: 6 }, (_, i) => `+55119123456${70 + i}`);
    for (const phone of phones) whatsApp.addPerson(phone, phone);
    const ratio01 = (of: string): number => seededRatio01(`${seed}:${of}`);
    for (let i = 0; i < 50; i++) {
      whatsApp.spoil(mishaps[Math.floor(ratio01(`mishap ${i}`) * mishaps.length)] ?? { kind: 'none' });
    }
    let connected = Promise.withResolvers<void>();
    const onEvent = (event: SessionEvent): void => {
      if (event.kind === 'connected') connected.resolve();
      if (event.kind === 'lost' && event.cause === 'retry') {
        connected = Promise.withResolvers();
        queueMicrotask(open);
      }
    };
    const open = (): void => {
      void provider.openSession({ connectionId: 'connection', settings: {}, store, onEvent });
    };
    await linked.session.close();
    open();
    const results: { readonly outcome: SendOutcome; readonly id: string }[] = [];
    let next = 0;
    const lane = async (): Promise<void> => {
      for (let i = next++; i < 40; i = next++) {
        await connected.promise;
        const to = phones[i % phones.length] ?? '';
        const request = exampleRequest({ to });
        const stop = new AbortController();
        if (ratio01(`stop ${i}`) < 0.1) setTimeout(() => stop.abort(), ratio01(`after ${i}`) * 20);
        const outcome = await provider.send(request, { ...soon(), signal: stop.signal });
        results.push({ outcome, id: request.messageId.replaceAll('-', '').toUpperCase() });
      }
    };
    await Promise.all([lane(), lane(), lane(), lane()]);
    const kinds = new Set<string>();
    for (const { outcome, id } of results) {
      const read = whatsApp.delivered.filter((message) => message.id === id).length;
      kinds.add(outcome.kind);
      if (outcome.kind === 'sent') expect([outcome, read]).toEqual([outcome, 1]);
      else if (outcome.kind === 'unknown') expect(read).toBeLessThanOrEqual(1);
      else expect([outcome, read]).toEqual([outcome, 0]);
    }
    expect(results).toHaveLength(40);
    expect([...kinds]).toEqual(expect.arrayContaining(['sent', 'not_sent', 'unknown']));
    expect(whatsApp.errors).toEqual([]);
  });
});
