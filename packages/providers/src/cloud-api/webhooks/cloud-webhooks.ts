import type { NetworkError } from '../../provider.ts';
import type {
  AccountNotice,
  TemplateNotice,
  WebhookInbound,
  WebhookNews,
  WebhookReceipt,
  WebhookSource,
} from '../../webhook-source.ts';
import { parseWebhook } from './parse-webhook.ts';
import { challengeOf, isSignedWebhook, maxWebhookBytes } from './verify-webhook.ts';
import type { InboundEvent, PreferenceEvent, StatusEvent } from './webhook-events.ts';

/**
 * Webhooks of the Cloud API. The credentials it goes by are `app_secret`, which signs them, and `verify_token`, which
 * Meta repeats when it asks whether the address is ours. `previous_app_secret` counts while one replaces the other.
 */
export const cloudWebhooks: WebhookSource = {
  provider: 'cloud-api',
  maxBytes: maxWebhookBytes,
  challenge(query, secrets) {
    const token = secrets['verify_token'];
    return token === undefined ? undefined : challengeOf(query, token);
  },
  isGenuine(raw, headers, secrets) {
    const known = [secrets['app_secret'], secrets['previous_app_secret']].filter(
      (secret) => secret !== undefined,
    );
    return isSignedWebhook(raw, headers['x-hub-signature-256'], known);
  },
  kindOf(raw) {
    const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
    // `"field":"messages"` stands in both; as a name with a colon behind it only where somebody wrote.
    return bytes.includes('"statuses":') && !bytes.includes('"messages":') ? 'status' : 'receive';
  },
  parse(raw): WebhookNews {
    const { events, unknown } = parseWebhook(raw);
    const receipts: WebhookReceipt[] = [];
    const inbound: WebhookInbound[] = [];
    const account: AccountNotice[] = [];
    const templates: TemplateNotice[] = [];
    for (const event of events) {
      switch (event.kind) {
        case 'status':
          receipts.push(receiptOf(event));
          break;
        case 'inbound':
        case 'preference':
          inbound.push(inboundOf(event));
          break;
        case 'account': {
          const { kind: _kind, businessAccountId: _account, ...notice } = event;
          account.push(notice);
          break;
        }
        case 'template': {
          const { kind: _kind, businessAccountId: _account, ...notice } = event;
          templates.push(notice);
          break;
        }
        default:
          event satisfies never;
      }
    }
    return { receipts, inbound, account, templates, unknown };
  },
};

function receiptOf({
  messageId,
  providerMessageId,
  phoneNumberId,
  status,
  at,
  error,
}: StatusEvent): WebhookReceipt {
  return {
    kind: status,
    at,
    providerMessageId,
    sender: phoneNumberId,
    ...(messageId === undefined ? {} : { messageId }),
    ...(error === undefined ? {} : { code: error.reason, error: networkErrorOf(error) }),
  };
}

function networkErrorOf({ code, details }: NonNullable<StatusEvent['error']>): NetworkError {
  return { code, ...(details === undefined ? {} : { details }) };
}

function inboundOf(event: InboundEvent | PreferenceEvent): WebhookInbound {
  if (event.kind === 'inbound') {
    const { phoneNumberId: sender, kind: _kind, ...same } = event;
    return { kind: 'message', sender, ...same };
  }
  const { phoneNumberId: sender, ...same } = event;
  return { sender, ...same };
}
