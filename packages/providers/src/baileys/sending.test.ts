import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exampleRequest, soon } from '../provider-conformance.ts';
import { type LinkedSession, openLinkedSession } from './testing/linked-session.ts';

let linked: LinkedSession;

beforeEach(async () => {
  linked = await openLinkedSession();
});

afterEach(async () => {
  await linked.close();
  expect(linked.whatsApp.errors).toEqual([]);
});

describe('sending', () => {
  it('is encrypted for the person and for the own phone, and sent when the server has it', async () => {
    const { whatsApp, provider } = linked;
    whatsApp.addPerson('+5511912345678', 'Ana');
    const request = exampleRequest({ text: 'Olá, Ana' });
    expect(await provider.send(request, soon())).toEqual({
      kind: 'sent',
      providerMessageId: request.messageId.replaceAll('-', '').toUpperCase(),
      reachedAs: '+5511912345678',
    });
    expect(whatsApp.delivered).toHaveLength(1);
    expect(whatsApp.delivered[0]).toMatchObject({
      phone: '+5511912345678',
      message: { extendedTextMessage: { text: 'Olá, Ana' } },
    });
  });
});
