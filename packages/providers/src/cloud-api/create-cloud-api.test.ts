import { afterEach, describe, expect, it } from 'vitest';
import { describeProvider, exampleContents, exampleRequest, soon } from '../provider-conformance.ts';
import type { Receipt, SendRequest } from '../provider.ts';
import { Secret } from '../secret.ts';
import type { CloudAccount } from './cloud-account.ts';
import { type CloudApi, type CloudApiOptions, createCloudApi } from './create-cloud-api.ts';
import { tagOf } from './message-tag.ts';
import { type GraphServer, type GraphServerOptions, startGraphServer } from './testing/graph-server.ts';
import type { GraphTemplate } from './testing/template-check.ts';
import { startWebhookReceiver } from './testing/webhook-receiver.ts';
import { receiptsOf } from './webhooks/receipts.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const appSecret = 'app-secret';
const template = (name: string, more: Partial<GraphTemplate> = {}): GraphTemplate => ({
  id: name,
  name,
  language: 'pt_BR',
  status: 'APPROVED',
  category: 'MARKETING',
  components: [{ type: 'BODY', text: 'Hi {{1}}!' }],
  ...more,
});

interface Stage {
  readonly graph: GraphServer;
  readonly provider: CloudApi;
  readonly account: CloudAccount;
}

const open = async (
  server: GraphServerOptions = {},
  options: CloudApiOptions & { account?: Partial<CloudAccount> } = {},
): Promise<Stage> => {
  const graph = await startGraphServer({ templates: [template('greeting')], ...server });
  closers.push(() => graph.close());
  const account: CloudAccount = {
    phoneNumberId: graph.phoneNumberId,
    businessAccountId: graph.businessAccountId,
    accessToken: new Secret('EAAB-test'),
    ...options.account,
  };
  const provider = createCloudApi({ accountFor: () => account }, { baseUrl: graph.url, ...options });
  closers.push(() => provider.close());
  return { graph, provider, account };
};
const timesAccepted = (graph: GraphServer, messageId: string): number =>
  graph.accepted.filter((one) => one.biz_opaque_callback_data === tagOf(messageId)).length;

describe('cloud-api, as every provider', () => {
  describeProvider(async () => {
    let take: CloudApi['takeReceipts'] = () => Promise.resolve();
    const receiver = await startWebhookReceiver({
      appSecret: new Secret(appSecret),
      verifyToken: new Secret('vibe'),
      onContents: ({ events }) => take(receiptsOf(events.filter((event) => event.kind === 'status'))),
    });
    closers.push(() => receiver.close());
    const webhook = { url: receiver.url, statuses: ['sent', 'delivered', 'read'] as const };
    const stage = await open({ appSecret, webhook }, { account: { appSecret: new Secret(appSecret) } });
    take = (receipts) => stage.provider.takeReceipts(receipts);
    return {
      provider: stage.provider,
      deliveries: (messageId) => Promise.resolve(timesAccepted(stage.graph, messageId)),
    };
  });
});

describe('what cloud-api sends', () => {
  it('tells the number that WhatsApp knows, and whether the message is held back', async () => {
    const { provider } = await open({ waIdOf: () => '551112345678', pacing: 'held_for_quality_assessment' });
    const text = await provider.send(exampleRequest({ to: '+5511912345678' }), soon());
    expect(text).toMatchObject({ kind: 'sent', reachedAs: '+551112345678' });
    expect(text).not.toHaveProperty('isHeld');
    const content = {
      kind: 'template',
      name: 'greeting',
      language: 'pt_BR',
      body: [{ text: 'Ana' }],
    } as const;
    expect(await provider.send(exampleRequest({ content }), soon())).toMatchObject({
      kind: 'sent',
      isHeld: true,
    });
  });

  it('sends many at once under one signal, without a warning', async () => {
    const { graph, provider } = await open({}, { http: { maxConnections: 20 } });
    const warnings: Error[] = [];
    const onWarning = (warning: Error): void => void warnings.push(warning);
    process.on('warning', onWarning);
    const options = soon();
    const outcomes = await Promise.all(
      Array.from({ length: 300 }, () => provider.send(exampleRequest(), options)),
    );
    process.off('warning', onWarning);
    expect(new Set(outcomes.map((outcome) => outcome.kind))).toEqual(new Set(['sent']));
    expect(graph.accepted).toHaveLength(300);
    expect(warnings).toEqual([]);
  });

  it('is what Meta documents, for each kind of content', async () => {
    const { graph, provider } = await open();
    graph.next(...Array.from({ length: 3 }, () => 'accept' as const));
    const contents: SendRequest['content'][] = [
      ...exampleContents,
      { kind: 'media', media: 'document', source: { link: 'https://example.com/a.pdf' }, filename: 'a.pdf' },
      { kind: 'media', media: 'audio', source: { link: 'https://example.com/a.mp3' } },
      { kind: 'text', text: 'https://example.com', previewsLinks: true },
    ];
    for (const content of contents) {
      const outcome = await provider.send(exampleRequest(content === undefined ? {} : { content }), soon());
      expect(outcome).toMatchObject({ kind: 'sent' });
    }
    expect(graph.accepted.map(({ type, body }) => [type, body[type]])).toEqual([
      ['text', { body: 'Hello', preview_url: false }],
      ['image', { link: 'https://example.com/a.png', caption: 'A picture' }],
      [
        'template',
        {
          name: 'greeting',
          language: { code: 'pt_BR' },
          components: [{ type: 'body', parameters: [{ type: 'text', text: 'Ana' }] }],
        },
      ],
      [
        'interactive',
        {
          type: 'button',
          body: { text: 'Shall we?' },
          action: { buttons: [{ type: 'reply', reply: { id: 'yes', title: 'Yes' } }] },
        },
      ],
      ['document', { link: 'https://example.com/a.pdf', filename: 'a.pdf' }],
      ['audio', { link: 'https://example.com/a.mp3' }],
      ['text', { body: 'https://example.com', preview_url: true }],
    ]);
  });

  it('fills every place of a template: head, named values and buttons', async () => {
    const offer = template('offer', {
      components: [
        { type: 'HEADER', format: 'IMAGE' },
        { type: 'BODY', text: 'Hi {{first_name}}!' },
      ],
    });
    const { graph, provider } = await open({ templates: [offer] });
    const content = {
      kind: 'template',
      name: 'offer',
      language: 'pt_BR',
      header: { kind: 'image', source: { link: 'https://example.com/a.png' } },
      body: [{ name: 'first_name', text: 'Ana' }],
      buttons: [
        { kind: 'quick_reply', index: 0, payload: 'STOP' },
        { kind: 'url', index: 1, suffix: 'ana' },
        { kind: 'copy_code', index: 2, code: 'FALL25' },
      ],
    } as const;
    expect(await provider.send(exampleRequest({ content }), soon())).toMatchObject({ kind: 'sent' });
    expect(graph.accepted[0]?.body['template']).toMatchObject({
      components: [
        { type: 'header', parameters: [{ type: 'image', image: { link: 'https://example.com/a.png' } }] },
        { type: 'body', parameters: [{ type: 'text', parameter_name: 'first_name', text: 'Ana' }] },
        {
          type: 'button',
          sub_type: 'quick_reply',
          index: '0',
          parameters: [{ type: 'payload', payload: 'STOP' }],
        },
        { type: 'button', sub_type: 'url', index: '1', parameters: [{ type: 'text', text: 'ana' }] },
        { type: 'button', sub_type: 'copy_code', index: '2' },
      ],
    });
  });

  it('carries our id, the message it answers, and a person whose number is hidden', async () => {
    const { graph, provider } = await open();
    const request = exampleRequest({ to: 'BR.13491208655302741918', replyTo: 'wamid.IN' });
    expect(await provider.send(request, soon())).toMatchObject({ kind: 'sent' });
    expect(graph.accepted[0]?.body).toMatchObject({
      recipient: 'BR.13491208655302741918',
      context: { message_id: 'wamid.IN' },
      biz_opaque_callback_data: tagOf(request.messageId),
    });
    expect(graph.accepted[0]?.body).not.toHaveProperty('to');
  });

  it.each([
    [{ to: '5511912345678' }],
    [{ to: 'Ana' }],
    [{ text: '' }],
    [{ content: { kind: 'media', media: 'image', source: { link: 'file:///etc/passwd' } } }],
    [{ content: { kind: 'media', media: 'audio', source: { id: '1' }, caption: 'x' } }],
    [{ content: { kind: 'buttons', text: 'a', buttons: [] } }],
    [
      {
        content: {
          kind: 'buttons',
          text: 'a',
          buttons: [
            { id: '1', title: 'Same' },
            { id: '2', title: 'Same' },
          ],
        },
      },
    ],
  ] satisfies [Partial<SendRequest>][])('does not leave when its form is wrong: %j', async (change) => {
    const { graph, provider } = await open();
    expect(await provider.send(exampleRequest(change), soon())).toMatchObject({
      kind: 'refused',
      code: 'message_invalid',
      error: { details: expect.any(String) },
    });
    expect(graph.requests).toEqual([]);
  });

  it('proves the app secret when the account has one, and is refused without', async () => {
    const good = await open({ appSecret }, { account: { appSecret: new Secret(appSecret) } });
    expect(await good.provider.send(exampleRequest(), soon())).toMatchObject({ kind: 'sent' });
    const bad = await open({ appSecret });
    expect(await bad.provider.send(exampleRequest(), soon())).toMatchObject({
      kind: 'refused',
      error: { code: 100 },
    });
  });
});

describe('what cloud-api makes of an answer', () => {
  it('pauses the number at a wrong token, and shows the token nowhere', async () => {
    const { provider } = await open({}, { account: { accessToken: new Secret('EAAB-revoked') } });
    const outcome = await provider.send(exampleRequest(), soon());
    expect(outcome).toMatchObject({
      kind: 'not_sent',
      code: 'token_invalid',
      effect: 'pause_connection',
      error: { code: 190, httpStatus: 401 },
    });
    expect(JSON.stringify([outcome, provider])).not.toContain('EAAB');
  });

  it('slows down at the limit of a second, and leaves one person alone at theirs', async () => {
    const fast = await open({ messagesPerSecond: 2 });
    const kinds: unknown[] = [];
    for (let i = 0; i < 3; i++) kinds.push(await fast.provider.send(exampleRequest(), soon()));
    expect(kinds).toMatchObject([
      { kind: 'sent' },
      { kind: 'sent' },
      { effect: 'slow_down', retryAfterMs: 1_000 },
    ]);
    const pair = await open({ perRecipientMs: 60_000 });
    await pair.provider.send(exampleRequest(), soon());
    expect(await pair.provider.send(exampleRequest({ attempt: 3 }), soon())).toMatchObject({
      kind: 'not_sent',
      effect: 'wait_recipient',
      retryAfterMs: 16_000,
    });
    expect(await pair.provider.send(exampleRequest({ to: '+5511987654321' }), soon())).toMatchObject({
      kind: 'sent',
    });
  });

  it('waits as long as the account is told to', async () => {
    const { graph, provider } = await open();
    const use = [{ type: 'whatsapp', call_count: 100, estimated_time_to_regain_access: 19 }];
    const headers = { 'x-business-use-case-usage': JSON.stringify({ [graph.businessAccountId]: use }) };
    graph.next({ code: 80007, headers }, { status: 429, headers: { 'retry-after': '9' } }, { status: 429 });
    const outcomes: unknown[] = [];
    for (let i = 0; i < 3; i++) outcomes.push(await provider.send(exampleRequest(), soon()));
    expect(outcomes).toMatchObject([
      { kind: 'not_sent', retryAfterMs: 19 * 60_000, effect: 'slow_down' },
      { kind: 'not_sent', retryAfterMs: 9_000, effect: 'slow_down' },
      { kind: 'not_sent', retryAfterMs: 1_000, effect: 'slow_down' },
    ]);
  });

  it('ends a campaign whose template is paused, missing or gone, and a message whose values do not fit', async () => {
    const templates = [
      template('paused', { status: 'PAUSED' }),
      template('gone', { status: 'DISABLED' }),
      template('ok'),
    ];
    const { provider } = await open({ templates });
    const of = (name: string) =>
      provider.send(exampleRequest({ content: { kind: 'template', name, language: 'pt_BR' } }), soon());
    expect(await of('paused')).toMatchObject({
      kind: 'refused',
      code: 'template_paused',
      effect: 'pause_campaign',
    });
    expect(await of('gone')).toMatchObject({ code: 'template_disabled', effect: 'pause_campaign' });
    expect(await of('nowhere')).toMatchObject({ code: 'template_missing', effect: 'pause_campaign' });
    const mismatch = await of('ok');
    expect(mismatch).toMatchObject({ kind: 'refused', code: 'template_mismatch', error: { code: 132000 } });
    expect(mismatch).not.toHaveProperty('effect');
  });

  it.each([
    ['lose_reply', 'connection_lost', 1],
    ['reset', 'connection_lost', 0],
    ['never', 'timeout', 1],
    [{ afterMs: 1_500 }, 'timeout', 1],
    ['html', 'unreadable_reply', 1],
    ['truncated', 'unreadable_reply', 1],
    ['empty', 'unreadable_reply', 1],
    [{ status: 502 }, 'server_error', 0],
    [{ status: 503 }, 'server_error', 0],
    [{ status: 302 }, 'unreadable_reply', 0],
    [{ code: 2 }, 'server_error', 0],
    [{ code: 131016 }, 'server_error', 0],
  ] as const)('cannot know what became of a message when %j', async (step, code, accepted) => {
    const { graph, provider } = await open({}, { http: { replyTimeoutMs: 400 } });
    graph.next(step);
    const request = exampleRequest();
    expect(await provider.send(request, soon())).toMatchObject({ kind: 'unknown', code });
    expect(timesAccepted(graph, request.messageId)).toBe(accepted);
    expect(await provider.send(exampleRequest(), soon())).toMatchObject({ kind: 'sent' });
  });

  it('knows that nothing left when Meta cannot be reached, and says so as the engine expects it', async () => {
    const { graph, account } = await open();
    const gone = createCloudApi({ accountFor: () => account }, { baseUrl: 'http://127.0.0.1:1' });
    closers.push(() => gone.close());
    expect(await gone.send(exampleRequest(), soon())).toEqual({
      kind: 'not_sent',
      code: 'connection_refused',
    });
    expect(graph.accepted).toEqual([]);
  });

  it.each([() => undefined, () => Promise.reject(new Error('the database is away'))])(
    'sends nothing for a connection without an account',
    async (accountFor) => {
      const provider = createCloudApi({ accountFor }, { baseUrl: 'http://127.0.0.1:1' });
      closers.push(() => provider.close());
      expect(await provider.send(exampleRequest(), soon())).toMatchObject({
        kind: 'not_sent',
        code: 'account_missing',
        effect: 'pause_connection',
      });
    },
  );

  it('says what it knows when it is told to stop: not started before the first byte, unknown after it', async () => {
    const { graph, provider } = await open();
    graph.next('never');
    const stop = new AbortController();
    const sending = provider.send(exampleRequest(), { ...soon(), signal: stop.signal });
    await expect.poll(() => graph.accepted.length).toBe(1);
    stop.abort();
    expect(await sending).toEqual({ kind: 'unknown', code: 'timeout' });
    expect(await provider.send(exampleRequest(), { ...soon(), signal: stop.signal })).toEqual({
      kind: 'not_sent',
      code: 'not_started',
    });
    expect(await provider.send(exampleRequest(), { ...soon(), notAfterMs: 0 })).toEqual({
      kind: 'not_sent',
      code: 'too_late',
    });
  });

  it('answers what is under way before it closes', async () => {
    const { graph, provider } = await open();
    graph.next({ afterMs: 30 });
    const sending = provider.send(exampleRequest(), soon());
    await expect.poll(() => graph.requests.length).toBe(1);
    await provider.close();
    expect(await sending).toMatchObject({ kind: 'sent' });
  });
});

describe('receipts of cloud-api', () => {
  it('are refused while nobody listens, so that whoever keeps the webhook brings them again', async () => {
    const { provider } = await open();
    const receipt: Receipt = { messageId: crypto.randomUUID(), kind: 'read', at: new Date() };
    await expect(provider.takeReceipts([receipt])).rejects.toThrow('nobody takes receipts');
    await provider.takeReceipts([]);
    const seen: Receipt[] = [];
    const stop = provider.onReceipt(async (receipts) => void seen.push(...receipts));
    await provider.takeReceipts([receipt]);
    await stop();
    await expect(provider.takeReceipts([receipt])).rejects.toThrow('nobody takes receipts');
    expect(seen).toEqual([receipt]);
  });

  it('find their message by our tag although the answer with its id was lost', async () => {
    const seen: Receipt[] = [];
    const receiver = await startWebhookReceiver({
      appSecret: new Secret(appSecret),
      verifyToken: new Secret('vibe'),
      onContents: async ({ events }) => {
        seen.push(...receiptsOf(events.filter((event) => event.kind === 'status')));
      },
    });
    closers.push(() => receiver.close());
    const { graph, provider } = await open(
      { appSecret, webhook: { url: receiver.url, statuses: ['delivered'] } },
      { account: { appSecret: new Secret(appSecret) } },
    );
    graph.next('lose_reply');
    const request = exampleRequest();
    expect((await provider.send(request, soon())).kind).toBe('unknown');
    await graph.idle();
    expect(seen).toMatchObject([{ messageId: request.messageId, kind: 'delivered' }]);
  });
});
