import { describe, expect, it } from 'vitest';
import { tagOf } from '../message-tag.ts';
import { parseWebhook } from './parse-webhook.ts';
import { receiptsOf } from './receipts.ts';
import type { WebhookContents } from './webhook-events.ts';

const messageId = '0b9f4c1e-5a52-4b0c-9d3e-0a1b2c3d4e5f';
const metadata = { display_phone_number: '15550783881', phone_number_id: '106540352242922' };
const change = (part: object, field = 'messages'): object => ({
  field,
  value: { messaging_product: 'whatsapp', metadata, ...part },
});
const parse = (...changes: unknown[]): WebhookContents =>
  parseWebhook(
    Buffer.from(
      JSON.stringify({ object: 'whatsapp_business_account', entry: [{ id: '102290129340398', changes }] }),
    ),
  );
const status = (more: object): object => ({
  id: 'wamid.A',
  status: 'delivered',
  timestamp: '1750030073',
  recipient_id: '16505551234',
  biz_opaque_callback_data: tagOf(messageId),
  ...more,
});
const inbound = (more: object): WebhookContents =>
  parse(
    change({
      contacts: [
        {
          profile: { name: 'Sheena Nelson', username: '@sheena' },
          wa_id: '16505551234',
          user_id: 'US.13491208655302741918',
        },
      ],
      messages: [
        {
          from: '16505551234',
          from_user_id: 'US.13491208655302741918',
          id: 'wamid.IN',
          timestamp: '1749416383',
          ...more,
        },
      ],
    }),
  );
const contentOf = (more: object): unknown => {
  const { events, unknown } = inbound(more);
  expect(unknown).toEqual([]);
  return events[0]?.kind === 'inbound' ? events[0].content : undefined;
};

describe('statuses', () => {
  it.each(['sent', 'delivered', 'read', 'failed'])('reads %s, with our id from the tag', (name) => {
    const { events, unknown } = parse(change({ statuses: [status({ status: name })] }));
    expect(unknown).toEqual([]);
    expect(events).toEqual([
      {
        kind: 'status',
        key: `status:wamid.A:${name}`,
        phoneNumberId: '106540352242922',
        at: new Date('2025-06-15T23:27:53Z'),
        status: name,
        providerMessageId: 'wamid.A',
        messageId,
        recipient: { phone: '+16505551234' },
      },
    ]);
  });

  it('reads a voice message that was played as read', () => {
    expect(parse(change({ statuses: [status({ status: 'played' })] })).events[0]).toMatchObject({
      status: 'read',
    });
  });

  it('says why a message failed, and how that is to be read', () => {
    const errors = [
      { code: 131049, title: 'Not delivered', error_data: { details: 'Healthy ecosystem.' }, href: '/docs' },
    ];
    const { events } = parse(change({ statuses: [status({ status: 'failed', errors })] }));
    expect(events[0]).toMatchObject({
      status: 'failed',
      error: {
        code: 131049,
        class: 'wait_recipient',
        reason: 'recipient_marketing_limit',
        details: 'Healthy ecosystem.',
      },
    });
  });

  it('hears an opt-out in a failure that says so', () => {
    const errors = [{ code: 131050, title: 'Stopped' }];
    const { events } = parse(change({ statuses: [status({ status: 'failed', errors })] }));
    expect(events.map((event) => event.kind)).toEqual(['status', 'preference']);
    expect(events[1]).toMatchObject({
      choice: 'stop',
      evidence: 'failed_message',
      person: { phone: '+16505551234' },
    });
  });

  it('knows somebody without a number by the business-scoped id', () => {
    const part = {
      contacts: [{ profile: { name: 'Pablo M.', username: '@pablo' }, user_id: 'US.1349' }],
      statuses: [status({ recipient_id: undefined, recipient_user_id: 'US.1349' })],
    };
    expect(parse(change(part)).events[0]).toMatchObject({
      recipient: { userId: 'US.1349', name: 'Pablo M.', username: '@pablo' },
    });
  });

  it('gives receipts for what was sent from here, and none for what was not', () => {
    const { events } = parse(
      change({
        statuses: [
          status({ status: 'sent' }),
          status({}),
          status({ status: 'failed', errors: [{ code: 131026 }] }),
          status({ biz_opaque_callback_data: 'of another app' }),
          status({ biz_opaque_callback_data: 'zaphub:not-an-id' }),
          status({ biz_opaque_callback_data: undefined }),
        ],
      }),
    );
    const statuses = events.filter((event) => event.kind === 'status');
    expect(statuses).toHaveLength(6);
    const at = new Date('2025-06-15T23:27:53Z');
    expect(receiptsOf(statuses)).toEqual([
      { messageId, kind: 'delivered', at },
      { messageId, kind: 'failed', at, code: 'recipient_unavailable' },
    ]);
  });
});

describe('messages from people', () => {
  it('reads a text, who it is from, and the message it answers', () => {
    const { events } = inbound({
      type: 'text',
      text: { body: 'Does it come in another colour?' },
      context: { from: '15550783881', id: 'wamid.OUT' },
    });
    expect(events).toEqual([
      {
        kind: 'inbound',
        key: 'inbound:wamid.IN',
        phoneNumberId: '106540352242922',
        at: new Date('2025-06-08T20:59:43Z'),
        providerMessageId: 'wamid.IN',
        from: {
          phone: '+16505551234',
          userId: 'US.13491208655302741918',
          username: '@sheena',
          name: 'Sheena Nelson',
        },
        content: { kind: 'text', text: 'Does it come in another colour?' },
        answers: 'wamid.OUT',
      },
    ]);
  });

  it.each(['image', 'video', 'audio', 'document', 'sticker'])('reads a file of type %s', (type) => {
    const file = {
      id: '1037',
      mime_type: 'x/y',
      sha256: 'abc=',
      caption: 'Look',
      filename: 'a.pdf',
      url: 'https://x',
    };
    expect(contentOf({ type, [type]: file })).toEqual({
      kind: 'media',
      media: type,
      mediaId: '1037',
      mimeType: 'x/y',
      sha256: 'abc=',
      caption: 'Look',
      filename: 'a.pdf',
    });
  });

  it('reads buttons, choices, reactions and places', () => {
    expect(contentOf({ type: 'button', button: { text: 'Stop', payload: 'STOP' } })).toEqual({
      kind: 'button',
      text: 'Stop',
      payload: 'STOP',
    });
    const button_reply = { id: 'yes', title: 'Yes' };
    expect(contentOf({ type: 'interactive', interactive: { type: 'button_reply', button_reply } })).toEqual({
      kind: 'choice',
      of: 'buttons',
      ...button_reply,
    });
    const list_reply = { id: 'r1', title: 'Row', description: 'First' };
    expect(contentOf({ type: 'interactive', interactive: { type: 'list_reply', list_reply } })).toEqual({
      kind: 'choice',
      of: 'list',
      id: 'r1',
      title: 'Row',
    });
    expect(contentOf({ type: 'reaction', reaction: { message_id: 'wamid.OUT', emoji: '👍' } })).toEqual({
      kind: 'reaction',
      to: 'wamid.OUT',
      emoji: '👍',
    });
    expect(contentOf({ type: 'reaction', reaction: { message_id: 'wamid.OUT' } })).toEqual({
      kind: 'reaction',
      to: 'wamid.OUT',
    });
    expect(contentOf({ type: 'location', location: { latitude: -23.5, longitude: -46.6 } })).toEqual({
      kind: 'location',
      latitude: -23.5,
      longitude: -46.6,
    });
  });

  it('keeps a message of an unknown type, or of an unknown shape, as it came', () => {
    const order = { catalog_id: '1', product_items: [] };
    expect(contentOf({ type: 'order', order })).toMatchObject({
      kind: 'other',
      type: 'order',
      raw: { order },
    });
    expect(contentOf({ type: 'text', text: 'a plain text' })).toMatchObject({
      kind: 'other',
      type: 'text',
      raw: { text: 'a plain text' },
    });
  });
});

describe('preferences', () => {
  it.each(['stop', 'resume'])('hears %s', (value) => {
    const one = { wa_id: '16505551234', detail: 'User requested', category: 'marketing_messages', value };
    const { events, unknown } = parse(
      change({ user_preferences: [{ ...one, timestamp: 1_731_705_721 }] }, 'user_preferences'),
    );
    expect(unknown).toEqual([]);
    expect(events).toMatchObject([
      {
        kind: 'preference',
        choice: value,
        person: { phone: '+16505551234' },
        at: new Date(1_731_705_721_000),
        evidence: 'user_preferences',
      },
    ]);
  });
});

describe('templates', () => {
  it('hears that one changed, and tells two changes apart by their time', () => {
    const value = {
      event: 'APPROVED',
      message_template_id: 594425479261596,
      message_template_name: 'order_update',
      message_template_language: 'en_US',
      reason: 'NONE',
    };
    const at = (time: number): WebhookContents =>
      parseWebhook(
        Buffer.from(
          JSON.stringify({
            object: 'whatsapp_business_account',
            entry: [{ id: 'waba', time, changes: [{ field: 'message_template_status_update', value }] }],
          }),
        ),
      );
    expect(at(1_751_247_548).events).toMatchObject([
      {
        kind: 'template',
        businessAccountId: 'waba',
        templateId: '594425479261596',
        name: 'order_update',
        language: 'en_US',
        change: 'APPROVED',
      },
    ]);
    expect(at(1).events[0]?.key).toBe(at(1).events[0]?.key);
    expect(at(1).events[0]?.key).not.toBe(at(2).events[0]?.key);
  });
});

describe('the account', () => {
  it('hears what happened to it, and keeps the notice', () => {
    const value = { event: 'DISABLED_UPDATE', ban_info: { waba_ban_state: 'DISABLE' } };
    const { events, unknown } = parse({ field: 'account_update', value });
    expect(unknown).toEqual([]);
    expect(events).toMatchObject([
      {
        kind: 'account',
        businessAccountId: '102290129340398',
        field: 'account_update',
        event: 'DISABLED_UPDATE',
        value,
      },
    ]);
    const faster = { display_phone_number: '15550783881', event: 'THROUGHPUT_UPGRADE' };
    expect(parse({ field: 'phone_number_quality_update', value: faster }).events[0]).toMatchObject({
      event: 'THROUGHPUT_UPGRADE',
    });
  });
});

describe('whatever comes', () => {
  it('gives the same events with the same keys for every copy, in any order', () => {
    const statuses = ['read', 'sent', 'delivered'].map((name) => status({ status: name }));
    const once = parse(change({ statuses }));
    const twice = parse(change({ statuses: [...statuses, ...statuses].toReversed() }));
    const keys = (contents: WebhookContents): Set<string> =>
      new Set(contents.events.map((event) => event.key));
    expect(keys(twice)).toEqual(keys(once));
    expect(keys(once).size).toBe(3);
  });

  it('ignores fields it does not know', () => {
    const { events, unknown } = parse(
      change({ statuses: [status({ brand_new: { deep: [1] } })], brand_new: 1 }),
    );
    expect(events).toHaveLength(1);
    expect(unknown).toEqual([]);
  });

  it('reads the good parts beside the bad ones, and keeps the bad ones with their place', () => {
    const { events, unknown } = parse(
      change({
        statuses: [status({}), status({ status: 'warning' }), 7, status({ timestamp: 'yesterday' })],
      }),
      { field: 'flows', value: { event: 'FLOW_STATUS_CHANGE' } },
      'no change',
      change({}),
    );
    expect(events).toHaveLength(1);
    expect(unknown.map((part) => part.path)).toEqual([
      'entry.0.changes.0.value.statuses.1',
      'entry.0.changes.0.value.statuses.2',
      'entry.0.changes.0.value.statuses.3',
      'entry.0.changes.1',
      'entry.0.changes.2',
      'entry.0.changes.3',
    ]);
    expect(unknown[0]?.value).toMatchObject({ status: 'warning' });
    expect(unknown[3]).toMatchObject({ value: { event: 'FLOW_STATUS_CHANGE' } });
  });

  it.each([
    '',
    'not json',
    '\u0000',
    'null',
    '[]',
    '7',
    '{}',
    '{"object":"page","entry":[]}',
    '{"entry":{}}',
  ])('does not throw at %j, and keeps it', (text) => {
    const { events, unknown } = parseWebhook(Buffer.from(text));
    expect(events).toEqual([]);
    expect(unknown).toHaveLength(1);
  });

  it('keeps a message that is from nobody, and a preference of nobody', () => {
    const message = { id: 'wamid.X', timestamp: '1', type: 'text', text: { body: 'a' } };
    const preference = { category: 'marketing_messages', value: 'stop', timestamp: 1 };
    const { events, unknown } = parse(
      change({ messages: [message] }),
      change({ user_preferences: [preference] }, 'user_preferences'),
    );
    expect(events).toEqual([]);
    expect(unknown.map((part) => part.value)).toEqual([message, preference]);
  });

  it('loses nothing and never throws, whichever part of a real webhook is broken', () => {
    const whole = {
      object: 'whatsapp_business_account',
      entry: [
        {
          id: 'waba',
          changes: [
            change({
              contacts: [{ profile: { name: 'Ana' }, wa_id: '16505551234' }],
              statuses: [status({ status: 'failed', errors: [{ code: 131026, title: 'No' }] })],
              messages: [
                { from: '16505551234', id: 'wamid.IN', timestamp: '1', type: 'text', text: { body: 'Hi' } },
              ],
            }),
          ],
        },
      ],
    };
    let cases = 0;
    for (const path of pathsOf(whole)) {
      for (const junk of [null, 7, 'x', '', {}, [[]], -1e308]) {
        const { events, unknown } = parseWebhook(Buffer.from(JSON.stringify(replaced(whole, path, junk))));
        // Of the two things within, the one that is whole is still there, and the broken one is kept.
        const least = path[5] === 'statuses' || path[5] === 'messages' ? 2 : 1;
        expect([path, junk, events.length + unknown.length >= least]).toEqual([path, junk, true]);
        cases++;
      }
    }
    expect(cases).toBeGreaterThan(200);
  });

  it('reads a batch of 1 000 statuses', () => {
    const statuses = Array.from({ length: 1_000 }, (_, i) => status({ id: `wamid.${i}` }));
    expect(parse(change({ statuses })).events).toHaveLength(1_000);
  });
});

/** The way to every value within, the whole included. */
function pathsOf(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, one]) => pathsOf(one, [...path, key]))];
}

/** A copy with one value in place of another. */
function replaced(value: unknown, [key, ...rest]: readonly string[], junk: unknown): unknown {
  if (key === undefined) return junk;
  if (Array.isArray(value))
    return value.map((one, i) => (String(i) === key ? replaced(one, rest, junk) : one));
  return Object.fromEntries(
    Object.entries(Object(value)).map(([name, one]) => [
      name,
      name === key ? replaced(one, rest, junk) : one,
    ]),
  );
}
