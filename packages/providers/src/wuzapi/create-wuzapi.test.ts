import { createServer } from 'node:net';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { describeProvider, exampleRequest, soon } from '../provider-conformance.ts';
import type { Receipt, SendRequest } from '../provider.ts';
import { Secret } from '../secret.ts';
import { createWuzapi, type Wuzapi, type WuzapiOptions } from './create-wuzapi.ts';
import { networkIdOf } from './message-id.ts';
import type { WuzapiStep } from './testing/wuzapi-script.ts';
import { startWuzapiServer, type WuzapiServer, type WuzapiServerOptions } from './testing/wuzapi-server.ts';
import { startWebhookReceiver } from './testing/webhook-receiver.ts';
import type { WuzapiAccount } from './wuzapi-account.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const hmacKey = 'k'.repeat(32);

interface Stage {
  readonly gateway: WuzapiServer;
  readonly provider: Wuzapi;
}

const open = async (
  server: WuzapiServerOptions = {},
  options: WuzapiOptions & { account?: Partial<WuzapiAccount> } = {},
): Promise<Stage> => {
  const gateway = await startWuzapiServer({ mustPair: false, ...server });
  closers.push(() => gateway.close());
  const account = { baseUrl: gateway.url, token: new Secret(gateway.token), ...options.account };
  const provider = createWuzapi({ accountFor: () => account }, options);
  closers.push(() => provider.close());
  return { gateway, provider };
};
const timesSent = (gateway: WuzapiServer, messageId: string): number =>
  gateway.sent.filter((one) => one.id === networkIdOf(messageId)).length;

describe.each(['form', 'json'] as const)(
  'wuzapi, as every provider, with webhooks as %s',
  (webhookFormat) => {
    describeProvider(async () => {
      const { gateway, provider } = await open({ webhookFormat, receipts: ['Delivered', 'Read'] });
      const receiver = await startWebhookReceiver({
        hmacKey,
        onNews: ({ receipts }) =>
          provider.takeReceipts(
            receipts.flatMap(({ messageId, ...rest }): Receipt[] =>
              messageId === undefined ? [] : [{ messageId, ...rest }],
            ),
          ),
      });
      closers.push(() => receiver.close());
      await fetch(`${gateway.url}/webhook`, {
        method: 'POST',
        headers: { token: gateway.token },
        body: JSON.stringify({ webhookurl: receiver.url, events: ['All'] }),
      });
      await fetch(`${gateway.url}/session/hmac/config`, {
        method: 'POST',
        headers: { token: gateway.token },
        body: JSON.stringify({ hmac_key: hmacKey }),
      });
      return { provider, deliveries: (messageId) => Promise.resolve(timesSent(gateway, messageId)) };
    });
  },
);

describe('what wuzapi sends', () => {
  const link = 'https://example.com/files/a%20b.pdf';
  it.each<[string, Partial<SendRequest>, string, object]>([
    ['text', { text: 'Hello' }, 'text', { Body: 'Hello' }],
    [
      'a preview',
      { content: { kind: 'text', text: 'https://a.b', previewsLinks: true } },
      'text',
      { Body: 'https://a.b', LinkPreview: true },
    ],
    [
      'an image',
      { content: { kind: 'media', media: 'image', source: { link }, caption: 'Look' } },
      'image',
      { Image: link, Caption: 'Look' },
    ],
    [
      'a document',
      { content: { kind: 'media', media: 'document', source: { link } } },
      'document',
      { Document: link, FileName: 'a b.pdf' },
    ],
    [
      'audio',
      { content: { kind: 'media', media: 'audio', source: { link } } },
      'audio',
      { Audio: link, ptt: false },
    ],
    [
      'an answer',
      { text: 'Yes', replyTo: '3EB0AA' },
      'text',
      { Body: 'Yes', ContextInfo: { StanzaID: '3EB0AA', Participant: '5511912345678@s.whatsapp.net' } },
    ],
  ])('is what the gateway documents: %s', async (_, change, kind, body) => {
    const { gateway, provider } = await open();
    const request = exampleRequest(change);
    const id = networkIdOf(request.messageId);
    expect(await provider.send(request, soon())).toEqual({ kind: 'sent', providerMessageId: id });
    expect(gateway.sent).toEqual([{ kind, id, body: { Phone: '5511912345678', Id: id, ...body } }]);
  });

  it('goes to somebody who hides the number', async () => {
    const { gateway, provider } = await open();
    await provider.send(exampleRequest({ to: '123456789012345@lid' }), soon());
    expect(gateway.sent[0]?.body).toMatchObject({ Phone: '123456789012345@lid' });
  });

  it.each<[string, Partial<SendRequest>]>([
    ['a number without its plus', { to: '5511912345678' }],
    ['no text', { text: '' }],
    ['an id that is no UUID', { messageId: 'm1' }],
    [
      'a file that only an upload would have',
      { content: { kind: 'media', media: 'image', source: { id: '1' } } },
    ],
    [
      'a link that is none',
      { content: { kind: 'media', media: 'image', source: { link: 'file:///etc/passwd' } } },
    ],
  ])('is nothing for %s', async (_, change) => {
    const { gateway, provider } = await open();
    expect(await provider.send(exampleRequest(change), soon())).toMatchObject({
      kind: 'refused',
      code: 'message_invalid',
    });
    expect(gateway.requests).toEqual([]);
  });
});

describe('what an answer of wuzapi means', () => {
  const fast = { http: { replyTimeoutMs: 150 } };
  const said = (inner: string, more: object = {}): WuzapiStep => ({
    error: `error sending message: ${inner}`,
    ...more,
  });

  it.each<[string, WuzapiStep, object]>([
    ['no session', { error: 'no session' }, { kind: 'not_sent', code: 'session_down', effect: 'slow_down' }],
    ['the words of older versions', { error: 'No session' }, { kind: 'not_sent', code: 'session_down' }],
    [
      'a file that cannot be uploaded',
      { error: 'failed to upload file: 503' },
      { kind: 'not_sent', code: 'media_upload_failed' },
    ],
    [
      'a file that cannot be fetched',
      { error: 'failed to fetch image from url: status 404', httpStatus: 400 },
      { kind: 'refused', code: 'media_rejected' },
    ],
    [
      'a file that is no image',
      { error: 'could not decode image for thumbnail preparation: x' },
      { kind: 'refused', code: 'media_rejected' },
    ],
    [
      'a request it does not take',
      { error: 'could not parse Phone', httpStatus: 400 },
      { kind: 'refused', code: 'message_invalid' },
    ],
    [
      'a broken socket before the message',
      said('failed to send message node: websocket not connected'),
      { kind: 'not_sent', code: 'session_down' },
    ],
    [
      'a broken socket after the message',
      said('websocket not connected', { wasSent: true }),
      { kind: 'unknown', code: 'server_error' },
    ],
    [
      'a device list that does not come',
      said('failed to get device list: info query timed out'),
      { kind: 'not_sent', code: 'whatsapp_away', retryAfterMs: 10_000 },
    ],
    [
      'one question too many',
      said(
        'failed to get user info for 5511912345678@s.whatsapp.net to fill LID cache: info query returned status 429: rate-overlimit',
      ),
      { kind: 'not_sent', code: 'throttled', effect: 'slow_down' },
    ],
    [
      'a number without WhatsApp',
      said('no LID found for 5511912345678@s.whatsapp.net from server'),
      { kind: 'refused', code: 'recipient_unavailable' },
    ],
    [
      'a limit on new people',
      said('server returned error 463'),
      { kind: 'refused', code: 'new_people_limited', effect: 'slow_down', error: { code: 463 } },
    ],
    [
      'any other refusal of WhatsApp',
      said('server returned error 421'),
      { kind: 'refused', code: 'rejected', error: { code: 421 } },
    ],
    [
      'no word from WhatsApp',
      said('timed out waiting for message send response', { wasSent: true }),
      { kind: 'unknown', code: 'timeout' },
    ],
    [
      'words that nobody knows',
      { error: 'something else', wasSent: true },
      { kind: 'unknown', code: 'server_error' },
    ],
    [
      'words that nobody knows, inside',
      said('something else', { wasSent: true }),
      { kind: 'unknown', code: 'server_error' },
    ],
    [
      'a proxy without a gateway',
      { status: 404 },
      { kind: 'not_sent', code: 'gateway_missing', effect: 'pause_connection' },
    ],
    [
      'a proxy that is too busy',
      { status: 429, headers: { 'retry-after': '7' } },
      { kind: 'not_sent', code: 'throttled', retryAfterMs: 7_000 },
    ],
    ['a body that is too big', { status: 413 }, { kind: 'refused', code: 'media_too_big' }],
    [
      'a proxy that lost the gateway',
      { status: 502, wasSent: true },
      { kind: 'unknown', code: 'server_error' },
    ],
    ['a page instead of an answer', 'html', { kind: 'unknown', code: 'unreadable_reply' }],
    ['half an answer', 'truncated', { kind: 'unknown', code: 'unreadable_reply' }],
    ['an answer with nothing in it', 'empty', { kind: 'unknown', code: 'unreadable_reply' }],
    ['a connection that is cut', 'reset', { kind: 'unknown', code: 'connection_lost' }],
    ['an answer that is lost', 'lose_reply', { kind: 'unknown', code: 'connection_lost' }],
    ['no answer', 'never', { kind: 'unknown', code: 'timeout' }],
  ])('%s', async (_, step, outcome) => {
    const { gateway, provider } = await open({}, fast);
    gateway.next(step);
    const request = exampleRequest();
    const seen = await provider.send(request, soon());
    expect(seen).toMatchObject(outcome);
    if (seen.kind !== 'unknown') expect(timesSent(gateway, request.messageId)).toBe(0);
  });

  it('a trouble that passes is final at the fifth time, so that one message does not wait for ever', async () => {
    const { gateway, provider } = await open();
    const step: WuzapiStep = { error: 'failed to upload file: 503' };
    gateway.next(step, step);
    expect((await provider.send(exampleRequest({ attempt: 4 }), soon())).kind).toBe('not_sent');
    expect((await provider.send(exampleRequest({ attempt: 5 }), soon())).kind).toBe('refused');
  });

  it('holds no number of a person', async () => {
    const { gateway, provider } = await open({ strangers: ['5511912345678'] });
    const outcome = await provider.send(exampleRequest(), soon());
    expect(outcome).toMatchObject({
      error: { details: 'error sending message: no LID found for …@s.whatsapp.net from server' },
    });
    expect(gateway.sent).toEqual([]);
  });

  it('a wrong token pauses the connection', async () => {
    const { provider } = await open({}, { account: { token: new Secret('another') } });
    expect(await provider.send(exampleRequest(), soon())).toMatchObject({
      kind: 'not_sent',
      code: 'token_invalid',
      effect: 'pause_connection',
    });
  });

  it('a gateway that is not there was not asked', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    server.close();
    await once(server, 'close');
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { provider } = await open({}, { account: { baseUrl: `http://127.0.0.1:${port}` } });
    expect(await provider.send(exampleRequest(), soon())).toEqual({
      kind: 'not_sent',
      code: 'connection_refused',
    });
  });

  it('a gateway at a host that is not among those that may be called is not called', async () => {
    const { gateway, provider } = await open({}, { hosts: ['gateway.example'] });
    expect(await provider.send(exampleRequest(), soon())).toMatchObject({
      kind: 'not_sent',
      code: 'gateway_not_allowed',
      effect: 'pause_connection',
    });
    expect(gateway.requests).toEqual([]);
  });

  it.each([
    ['there is none', () => undefined],
    ['it cannot be looked up', () => Promise.reject(new Error('the database is away'))],
  ])('nothing leaves without an account: %s', async (_, accountFor) => {
    const provider = createWuzapi({ accountFor });
    closers.push(() => provider.close());
    expect(await provider.send(exampleRequest(), soon())).toMatchObject({
      kind: 'not_sent',
      code: 'account_missing',
    });
  });
});
