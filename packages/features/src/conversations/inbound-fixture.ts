import type { Database } from '@zaphub/db';
import type { InboundContent, InboundMessage, InboundPreference, Person } from '@zaphub/providers';
import type { TestDatabase } from '@zaphub/testing';
import { type LedgerFixture, ledgerFixture } from '../ledger-fixture.ts';
import { storeInbound, type StoredInbound } from './store-inbound.ts';

/** A tenant with a running campaign that people can answer. */
export interface InboundFixture extends LedgerFixture {
  /** Stores as the product does, in a transaction of its own. */
  store(...inbound: (InboundMessage | InboundPreference)[]): Promise<StoredInbound[]>;
  /** A text from a phone; everything else as wanted. */
  message(
    from: string | Person,
    text: string | InboundContent,
    more?: Partial<InboundMessage>,
  ): InboundMessage;
  preference(
    from: string | Person,
    choice: 'stop' | 'resume',
    more?: Partial<InboundPreference>,
  ): InboundPreference;
  /** Marks the campaign's messages as sent, with ids `wamid-<position>`. */
  sendAll(): Promise<void>;
  rows<R>(text: string, values?: readonly unknown[]): Promise<R[]>;
}

let nextKey = 0;

/** Makes such a tenant, with contacts whose phones count up from `+5511900000000`. */
export async function inboundFixture(
  database: TestDatabase,
  options: { recipients: number; as?: Database } = { recipients: 1 },
): Promise<InboundFixture> {
  const ledger = await ledgerFixture(database, options);
  const { scope, connectionId } = ledger;
  const db = options.as ?? database.api;
  const personOf = (from: string | Person): Person => (typeof from === 'string' ? { phone: from } : from);
  return {
    ...ledger,
    store: (...inbound) => db.tenant(scope, (tx) => storeInbound(tx, scope, inbound)),
    message(from, text, more = {}) {
      const key = `m${nextKey++}`;
      return {
        kind: 'message',
        key,
        connectionId,
        at: new Date(),
        providerMessageId: `in-${key}`,
        from: personOf(from),
        content: typeof text === 'string' ? { kind: 'text', text } : text,
        ...more,
      };
    },
    preference: (from, choice, more = {}) => ({
      kind: 'preference',
      key: `p${nextKey++}`,
      connectionId,
      at: new Date(),
      choice,
      person: personOf(from),
      evidence: 'user_preferences',
      ...more,
    }),
    async sendAll() {
      await ledger.run(
        `update messages set state = 'sent', queued = false, marked_at = now(), sent_at = now(),
           provider_message_id = 'wamid-' || position where campaign_id = $1`,
      );
    },
    rows: (text, values = [ledger.tenantId]) => database.system.system((tx) => tx.rows(text, values)),
  };
}
