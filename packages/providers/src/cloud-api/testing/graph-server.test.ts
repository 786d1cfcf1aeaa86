import { afterEach, describe, expect, it } from 'vitest';
import { Secret } from '../../secret.ts';
import type { WebhookContents } from '../webhooks/webhook-events.ts';
import { type GraphServer, type GraphServerOptions, startGraphServer } from './graph-server.ts';
import { startWebhookReceiver } from './webhook-receiver.ts';
import { signatureOf } from './webhook-sender.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});
const start = async (options: GraphServerOptions = {}): Promise<GraphServer> => {
  const server = await startGraphServer(options);
  closers.push(() => server.close());
  return server;
};
const text = { messaging_product: 'whatsapp', to: '+16505551234', type: 'text', text: { body: 'Hi' } };

const post = async (
  server: GraphServer,
  body: unknown,
  { token = 'EAAB-test', edge = 'messages' }: { token?: string; edge?: string } = {},
): Promise<{ status: number; json: unknown }> => {
  const reply = await fetch(`${server.url}/v25.0/${server.phoneNumberId}/${edge}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: reply.status, json: await reply.json() };
};

describe('the server that plays the Graph API', () => {
  it('answers a good message as documented', async () => {
    const server = await start();
    expect(await post(server, text)).toEqual({
      status: 200,
      json: {
        messaging_product: 'whatsapp',
        contacts: [{ input: '+16505551234', wa_id: '16505551234' }],
        messages: [{ id: expect.stringMatching(/^wamid\./) }],
      },
    });
  });

  it.each([
    ['an unknown field', { ...text, importance: 'high' }, 100],
    ['an unknown field within', { ...text, text: { body: 'Hi', bold: true } }, 100],
    ['no JSON', '{', 100],
    ['a list', [], 100],
    ['no product', { ...text, messaging_product: undefined }, 131008],
    ['nobody to send to', { ...text, to: undefined }, 131008],
    ['no body', { ...text, text: {} }, 131008],
    ['a number for a text', { ...text, text: { body: 7 } }, 131009],
    ['a text that is too long', { ...text, text: { body: 'x'.repeat(4_097) } }, 131009],
    ['a wrong product', { ...text, messaging_product: 'sms' }, 131009],
    ['an unknown type', { ...text, type: 'telegram' }, 131051],
    [
      'a template nobody knows',
      { ...text, text: undefined, type: 'template', template: { name: 'a', language: { code: 'en' } } },
      132001,
    ],
  ])('refuses %s with the documented error', async (_, body, code) => {
    const server = await start();
    const { status, json } = await post(server, body);
    expect(status).toBe(400);
    expect(json).toEqual({
      error: {
        message: expect.stringContaining(`(#${code}) `),
        type: 'OAuthException',
        code,
        error_data: { messaging_product: 'whatsapp', details: expect.any(String) },
        fbtrace_id: expect.any(String),
      },
    });
    expect(server.accepted).toEqual([]);
  });

  it('refuses a wrong token with 190, and a number or an edge it does not have with 33', async () => {
    const server = await start();
    expect(await post(server, text, { token: 'other' })).toMatchObject({
      status: 401,
      json: { error: { code: 190 } },
    });
    expect(await post(server, text, { edge: 'letters' })).toMatchObject({ json: { error: { code: 33 } } });
  });

  it('keeps to its limits', async () => {
    const server = await start({ messagesPerSecond: 1 });
    expect(await post(server, text)).toMatchObject({ status: 200 });
    expect(await post(server, { ...text, to: '+16505550000' })).toMatchObject({
      json: { error: { code: 130429 } },
    });
    const pair = await start({ perRecipientMs: 60_000 });
    expect(await post(pair, text)).toMatchObject({ status: 200 });
    expect(await post(pair, text)).toMatchObject({ json: { error: { code: 131056 } } });
  });

  it('signs its webhooks, and sends them again until they are taken', async () => {
    const seen: WebhookContents[] = [];
    let refusals = 2;
    const receiver = await startWebhookReceiver({
      appSecret: new Secret('secret'),
      verifyToken: new Secret('vibe'),
      onContents: async (contents) => {
        if (refusals-- > 0) throw new Error('the store is away');
        seen.push(contents);
      },
    });
    closers.push(() => receiver.close());
    const server = await start({ appSecret: 'secret', webhook: { url: receiver.url } });
    const value = server.valueWith({
      statuses: [{ id: 'wamid.A', status: 'read', timestamp: '1750030073', recipient_id: '16505551234' }],
    });
    expect(await server.emit({ field: 'messages', value })).toBe('taken');
    expect(seen).toHaveLength(1);
    expect(seen[0]?.events).toMatchObject([
      { kind: 'status', status: 'read', phoneNumberId: server.phoneNumberId },
    ]);
  });
});

describe('an address made of the exported parts', () => {
  it('answers the challenge, and takes nothing that is not signed', async () => {
    const seen: WebhookContents[] = [];
    const receiver = await startWebhookReceiver({
      appSecret: new Secret('secret'),
      verifyToken: new Secret('vibe'),
      onContents: async (contents) => void seen.push(contents),
    });
    closers.push(() => receiver.close());
    const ask = (token: string): Promise<Response> =>
      fetch(`${receiver.url}?hub.mode=subscribe&hub.challenge=42&hub.verify_token=${token}`);
    expect(await (await ask('vibe')).text()).toBe('42');
    expect((await ask('other')).status).toBe(403);
    const body = '{"object":"whatsapp_business_account","entry":[]}';
    const send = async (signature: string): Promise<number> => {
      const headers = { 'x-hub-signature-256': signature };
      return (await fetch(receiver.url, { method: 'POST', headers, body })).status;
    };
    expect(await send(signatureOf(body, 'other'))).toBe(401);
    expect(await send(signatureOf(body + ' ', 'secret'))).toBe(401);
    expect(seen).toEqual([]);
    expect(await send(signatureOf(body, 'secret'))).toBe(200);
    expect(seen).toHaveLength(1);
  });
});
