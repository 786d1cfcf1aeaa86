import { describe, expect, it } from 'vitest';
import { Secret } from '../../secret.ts';
import { signatureOf } from '../testing/webhook-sender.ts';
import { cloudWebhooks } from './cloud-webhooks.ts';

const body = (value: object, field = 'messages'): Buffer =>
  Buffer.from(
    JSON.stringify({
      object: 'whatsapp_business_account',
      entry: [{ id: '102', changes: [{ field, value: { metadata: { phone_number_id: '106' }, ...value } }] }],
    }),
  );
const id = '0192aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee';
const status = (more: object): object => ({
  id: 'wamid.1',
  status: 'delivered',
  timestamp: '1700000000',
  recipient_id: '5511999990000',
  biz_opaque_callback_data: `zaphub:${id}`,
  ...more,
});
const message = {
  id: 'wamid.2',
  timestamp: '1700000000',
  type: 'text',
  from: '5511999990000',
  text: { body: 'SAIR' },
};

describe('a webhook of the Cloud API', () => {
  it('holds receipts with both ids, the number’s own, and why a message failed', () => {
    const errors = [{ code: 131026, title: 'No', error_data: { details: 'Undeliverable' } }];
    const { receipts } = cloudWebhooks.parse(
      body({ statuses: [status({}), status({ status: 'failed', errors })] }),
      {},
    );
    const at = new Date(1_700_000_000_000);
    const same = { messageId: id, providerMessageId: 'wamid.1', sender: '106', at };
    expect(receipts).toEqual([
      { ...same, kind: 'delivered' },
      {
        ...same,
        kind: 'failed',
        code: 'recipient_unavailable',
        error: { code: 131026, details: 'Undeliverable' },
      },
    ]);
  });

  it('holds what people write and prefer, and notices of the account and its templates', () => {
    const news = cloudWebhooks.parse(
      Buffer.from(
        JSON.stringify({
          object: 'whatsapp_business_account',
          entry: [
            {
              id: '102',
              changes: [
                { field: 'messages', value: { metadata: { phone_number_id: '106' }, messages: [message] } },
                { field: 'account_update', value: { event: 'DISABLED_UPDATE' } },
                {
                  field: 'message_template_status_update',
                  value: {
                    event: 'PAUSED',
                    message_template_id: 5,
                    message_template_name: 'offer',
                    message_template_language: 'pt_BR',
                  },
                },
              ],
            },
          ],
        }),
      ),
      {},
    );
    expect(news).toMatchObject({
      inbound: [{ kind: 'message', sender: '106', from: { phone: '+5511999990000' } }],
      account: [{ field: 'account_update', event: 'DISABLED_UPDATE' }],
      templates: [{ templateId: '5', name: 'offer', language: 'pt_BR', change: 'PAUSED' }],
      unknown: [],
    });
  });

  it.each([
    ['status', { statuses: [status({})] }],
    ['receive', { messages: [message] }],
    ['receive', { statuses: [status({})], messages: [message] }],
  ])('is told to be of kind %s before it is read', (kind, value) => {
    expect(cloudWebhooks.kindOf(body(value))).toBe(kind);
  });

  it('is genuine by either secret while one replaces the other, and by none without one', () => {
    const raw = body({ statuses: [status({})] });
    const headers = { 'x-hub-signature-256': signatureOf(raw, 'the old secret') };
    const both = {
      app_secret: new Secret('the new secret'),
      previous_app_secret: new Secret('the old secret'),
    };
    expect(cloudWebhooks.isGenuine(raw, headers, both)).toBe(true);
    expect(cloudWebhooks.isGenuine(raw, headers, { app_secret: both.app_secret })).toBe(false);
    expect(cloudWebhooks.isGenuine(raw, headers, {})).toBe(false);
    expect(cloudWebhooks.challenge?.({ 'hub.mode': 'subscribe', 'hub.challenge': '7' }, {})).toBeUndefined();
  });
});
