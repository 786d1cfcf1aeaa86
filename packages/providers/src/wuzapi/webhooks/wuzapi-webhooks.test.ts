import { describe, expect, it } from 'vitest';
import { Secret } from '../../secret.ts';
import type { WebhookNews } from '../../webhook-source.ts';
import { messageIdOf, networkIdOf } from '../message-id.ts';
import { gatewaySignatureOf, type GatewayWebhook, packed } from '../testing/gateway-webhooks.ts';
import { sessionEventOf } from './session-news.ts';
import { parseWuzapiWebhook, wuzapiWebhooks } from './wuzapi-webhooks.ts';

const hmacKey = 'k'.repeat(32);
const messageId = '019a8f00-1234-7abc-8def-0123456789ab';
const at = '2026-11-21T18:00:00-03:00';

const parse = (webhook: GatewayWebhook, format: 'form' | 'json' = 'form'): WebhookNews =>
  parseWuzapiWebhook(Buffer.from(packed(format, webhook).body));

const receipt = (state: string, change: object = {}): GatewayWebhook => ({
  type: 'ReadReceipt',
  state,
  event: {
    Chat: '5511912345678@s.whatsapp.net',
    Sender: '5511912345678:2@s.whatsapp.net',
    IsFromMe: false,
    IsGroup: false,
    AddressingMode: '',
    SenderAlt: '',
    MessageIDs: [networkIdOf(messageId), '3EB0C767D71D8A4E2F00'],
    Timestamp: at,
    Type: state === 'Read' ? 'read' : '',
    ...change,
  },
});

const message = (Message: object | null, info: object = {}, more: object = {}): GatewayWebhook => ({
  type: 'Message',
  base64: 'aGVsbG8=',
  event: {
    Info: {
      Chat: '123456789012345@lid',
      Sender: '123456789012345:7@lid',
      IsFromMe: false,
      IsGroup: false,
      AddressingMode: 'lid',
      SenderAlt: '5511912345678@s.whatsapp.net',
      ID: '3A11',
      PushName: 'Ana',
      Timestamp: at,
      Category: '',
      ...info,
    },
    Message,
    IsEdit: false,
    RawMessage: Message,
    ...more,
  },
});

describe('a webhook of a gateway', () => {
  it.each(['form', 'json'] as const)('is genuine with the signature of its bytes (%s)', (format) => {
    const { body } = packed(format, receipt('Read'));
    const raw = Buffer.from(body);
    const secrets = { hmac_key: new Secret(hmacKey) };
    const signature = gatewaySignatureOf(body, hmacKey);
    const isGenuine = (
      header: string | undefined,
      bytes: Uint8Array = raw,
      keys: object = secrets,
    ): boolean => wuzapiWebhooks.isGenuine(bytes, { 'x-hmac-signature': header }, { ...keys });
    expect(isGenuine(signature)).toBe(true);
    expect(isGenuine(signature.toUpperCase())).toBe(true);
    expect(isGenuine(undefined)).toBe(false);
    expect(isGenuine('')).toBe(false);
    expect(isGenuine(signature.slice(1))).toBe(false);
    expect(isGenuine(signature, Buffer.from(`${body} `))).toBe(false);
    expect(isGenuine(gatewaySignatureOf(body, 'another key'))).toBe(false);
    expect(isGenuine(signature, raw, {})).toBe(false);
  });

  it.each(['form', 'json'] as const)('tells receipts from the rest by a look at its bytes (%s)', (format) => {
    const kindOf = (webhook: GatewayWebhook): string =>
      wuzapiWebhooks.kindOf(Buffer.from(packed(format, webhook).body));
    expect(kindOf(receipt('Delivered'))).toBe('status');
    expect(kindOf(message({ conversation: 'Hi' }))).toBe('receive');
    expect(kindOf({ type: 'LoggedOut', event: {} })).toBe('receive');
  });

  it.each(['form', 'json'] as const)(
    'brings receipts by our id, or by the network’s for messages of others (%s)',
    (format) => {
      expect(parse(receipt('Delivered'), format).receipts).toEqual([
        { kind: 'delivered', at: new Date(at), messageId, providerMessageId: networkIdOf(messageId) },
        { kind: 'delivered', at: new Date(at), providerMessageId: '3EB0C767D71D8A4E2F00' },
      ]);
      expect(parse(receipt('Read'), format).receipts.map(({ kind }) => kind)).toEqual(['read', 'read']);
    },
  );

  it.each([
    ['what was read on another device of ours', receipt('ReadSelf')],
    ['a receipt of our own device', receipt('Delivered', { IsFromMe: true })],
    ['a receipt in a group', receipt('Read', { IsGroup: true })],
    ['a message in a group', message({ conversation: 'Hi' }, { IsGroup: true })],
    ['a message of ours', message({ conversation: 'Hi' }, { IsFromMe: true })],
    ['an edit', message({ conversation: 'Hi' }, {}, { IsEdit: true })],
    [
      'a message of a channel',
      message({ conversation: 'Hi' }, { Sender: '1234567890@newsletter', SenderAlt: '' }),
    ],
    ['keys', message({ senderKeyDistributionMessage: { groupID: 'x' } })],
    ['nothing', message(null)],
  ])('says nothing by %s', (_, webhook) => {
    expect(parse(webhook)).toEqual({ receipts: [], inbound: [], account: [], templates: [], unknown: [] });
  });

  it('brings a text with both names of its sender and the message it answers', () => {
    const text = { text: 'PARAR', contextInfo: { stanzaID: networkIdOf(messageId), participant: 'x@lid' } };
    const { inbound } = parse(
      message({ extendedTextMessage: text, messageContextInfo: { messageSecret: 'x' } }),
    );
    expect(inbound).toEqual([
      {
        kind: 'message',
        key: 'inbound:123456789012345:7@lid:3A11',
        at: new Date(at),
        providerMessageId: '3A11',
        from: { phone: '+5511912345678', userId: '123456789012345@lid', name: 'Ana' },
        content: { kind: 'text', text: 'PARAR' },
        answers: networkIdOf(messageId),
      },
    ]);
    expect(messageIdOf(inbound[0]?.kind === 'message' ? (inbound[0].answers ?? '') : '')).toBe(messageId);
  });

  it.each<[string, object, object]>([
    ['plain text', { conversation: 'Hi' }, { kind: 'text', text: 'Hi' }],
    [
      'a voice message',
      {
        audioMessage: {
          mimetype: 'audio/ogg',
          URL: 'https://mmg',
          directPath: '/v',
          mediaKey: 'a2V5',
          fileSHA256: 'c2hh',
          fileEncSHA256: 'ZW5j',
          fileLength: 9,
          PTT: true,
        },
      },
      {
        kind: 'media',
        media: 'audio',
        mimeType: 'audio/ogg',
        sha256: 'c2hh',
        isVoice: true,
        mediaId: expect.stringContaining('"FileLength":9'),
      },
    ],
    [
      'a document of older versions',
      {
        documentMessage: {
          mimetype: 'application/pdf',
          url: 'https://mmg',
          fileSha256: 'c2hh',
          fileName: 'a.pdf',
          caption: 'See',
        },
      },
      {
        kind: 'media',
        media: 'document',
        mimeType: 'application/pdf',
        sha256: 'c2hh',
        filename: 'a.pdf',
        caption: 'See',
        mediaId: expect.any(String),
      },
    ],
    [
      'a button',
      { buttonsResponseMessage: { selectedButtonID: 'yes', Response: { SelectedDisplayText: 'Yes' } } },
      { kind: 'choice', of: 'buttons', id: 'yes', title: 'Yes' },
    ],
    [
      'a button of a template',
      { templateButtonReplyMessage: { selectedID: 'p', selectedDisplayText: 'Yes', selectedIndex: 0 } },
      { kind: 'button', text: 'Yes', payload: 'p' },
    ],
    [
      'a row',
      { listResponseMessage: { title: 'Two', singleSelectReply: { selectedRowID: '2' } } },
      { kind: 'choice', of: 'list', id: '2', title: 'Two' },
    ],
    [
      'a native button',
      {
        interactiveResponseMessage: {
          body: { text: 'Yes' },
          InteractiveResponseMessage: {
            NativeFlowResponseMessage: { name: 'quick_reply', paramsJSON: '{"id":"yes"}' },
          },
        },
      },
      { kind: 'choice', of: 'buttons', id: 'yes', title: 'Yes' },
    ],
    [
      'a reaction',
      { reactionMessage: { key: { ID: '3EB0', fromMe: true }, text: '👍' } },
      { kind: 'reaction', to: '3EB0', emoji: '👍' },
    ],
    [
      'a reaction taken back',
      { reactionMessage: { key: { ID: '3EB0' }, text: '' } },
      { kind: 'reaction', to: '3EB0' },
    ],
    [
      'a place',
      { locationMessage: { degreesLatitude: -23.5, degreesLongitude: -46.6, name: 'Sé' } },
      { kind: 'location', latitude: -23.5, longitude: -46.6, name: 'Sé' },
    ],
    [
      'a card',
      { contactMessage: { displayName: 'Bia' } },
      { kind: 'other', type: 'contactmessage', raw: { contactMessage: { displayName: 'Bia' } } },
    ],
  ])('brings %s', (_, parts, content) => {
    expect(parse(message(parts)).inbound.map((one) => one.kind === 'message' && one.content)).toEqual([
      content,
    ]);
  });

  it.each<[string, object, object | undefined]>([
    ['Connected', {}, { kind: 'connected' }],
    [
      'LoggedOut',
      { OnConnect: true, Reason: 401 },
      { kind: 'lost', cause: 'logged_out', detail: 'LoggedOut 401' },
    ],
    [
      'LoggedOut',
      { OnConnect: true, Reason: 406 },
      { kind: 'lost', cause: 'banned', detail: 'LoggedOut 406' },
    ],
    [
      'TemporaryBan',
      { Code: 101, Expire: 7_200_000_000_000 },
      { kind: 'lost', cause: 'banned', detail: 'TemporaryBan 101, for 2 h' },
    ],
    ['StreamReplaced', {}, { kind: 'lost', cause: 'replaced', detail: 'StreamReplaced' }],
    [
      'ConnectFailure',
      { Reason: 503, Message: '' },
      { kind: 'lost', cause: 'retry', detail: 'ConnectFailure 503' },
    ],
    ['ClientOutdated', {}, { kind: 'lost', cause: 'refused', detail: 'the gateway is too old for WhatsApp' }],
    ['Disconnected', {}, undefined],
  ])('tells of the session: %s %j', (type, event, means) => {
    const { account } = parse({ type, event });
    expect(account.map(sessionEventOf)).toEqual([means]);
  });

  it('a timeout of the code has no object for its event', () => {
    expect(parse({ type: 'QRTimeout', event: 'timeout' }).account.map(sessionEventOf)).toEqual([
      { kind: 'lost', cause: 'expired', detail: 'QRTimeout' },
    ]);
  });

  it.each([
    ['no body', ''],
    ['a page', '<html></html>'],
    ['a form of somebody else', 'a=b'],
    ['a form with half of its JSON', 'jsonData=%7B%22type%22'],
    ['a list', '[1]'],
    ['an unknown type', packed('form', { type: 'Presence', event: {} }).body],
    ['a receipt of another shape', packed('json', { type: 'ReadReceipt', event: { MessageIDs: 7 } }).body],
    ['a message of another shape', packed('json', { type: 'Message', event: null }).body],
  ])('is kept when it is not understood: %s', (_, body) => {
    const news = parseWuzapiWebhook(Buffer.from(body));
    expect(news).toMatchObject({ receipts: [], inbound: [], account: [] });
    expect(news.unknown).toHaveLength(1);
  });
});
