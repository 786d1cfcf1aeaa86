import type { TenantScope, Tx } from '@zaphub/db';
import type { MessageContent } from '@zaphub/types';
import { fingerprintOf, subjectOf } from '../../idempotency/index.ts';
import { directCampaignOf } from '../direct-campaign.ts';
import { directChannel } from '../direct-channel.ts';
import { type Addressee, findRecipient } from '../recipient.ts';

/** One message to one person. */
export type NewDirectMessage = Addressee & {
  readonly connectionId: string;
  readonly content: MessageContent;
  /** The network's id of the message that this one answers. */
  readonly replyTo?: string;
  /**
   * The same key makes one message, for a day: also when the transaction that made it has committed and nobody heard.
   * Begin it with whose it is (`reply:`, `test:`), so that two features never meet.
   */
  readonly idempotencyKey: string;
  /** Shown as a test. */
  readonly isTest?: boolean;
  /**
   * Goes out to somebody who has opted out: the message that tells them that this was heard, and the answer to what they
   * have written since.
   */
  readonly despiteOptOut?: 'confirmation' | 'answer';
};

/** What became of the wish to send. */
export interface DirectMessageMade {
  readonly messageId: string;
  /** False when the key had made it before. */
  readonly isNew: boolean;
}

// One statement: the key, the row, what it says, its count and the word to the workers, or nothing of it.
const write = `
with claimed as (
  insert into idempotency_keys as k (tenant_id, key, fingerprint, subject_id) values ($1, $2, $10, app.new_id())
  on conflict (tenant_id, key) do update set fingerprint = excluded.fingerprint, subject_id = excluded.subject_id,
    created_at = excluded.created_at, expires_at = excluded.expires_at
  where k.expires_at <= clock_timestamp()
  returning subject_id as id
), counted as (
  update campaign_counters set total = total + 1, updated_at = clock_timestamp()
  where campaign_id = $3 and tenant_id = $1 and exists (select from claimed) returning total
), content as (
  insert into message_contents (tenant_id, message_id, content, reply_to, is_test, created_by)
  select $1, id, $7, $8, $9, $11 from claimed
), message as (
  insert into messages (id, tenant_id, campaign_id, contact_id, connection_id, position, recipient, direct, ignores_opt_out)
  select id, $1, $3, $4, $5, total, $6, true, $12 from claimed, counted returning id
)
select id, pg_notify($13, $1 || ' ' || $5) as told from message`;

/**
 * Writes a message to the ledger, to be sent as soon as this transaction has committed, before what campaigns have
 * waiting on that number. Workers are told at once; where that is missed, the reconciler finds the row. Late in a
 * transaction: those that write to one number wait for each other.
 * @throws AppError `not_found` (connection, contact), `contact_opted_out`, `contact_unreachable`,
 *   `idempotency_key_reused`
 */
export async function createDirectMessage(
  tx: Tx,
  scope: TenantScope,
  input: NewDirectMessage,
): Promise<DirectMessageMade> {
  const campaignId = await directCampaignOf(scope, tx, input.connectionId, {
    // What was heard counts, even if the number that heard it is gone and can answer no more.
    mayBeDeleted: input.despiteOptOut === 'confirmation',
  });
  const recipient = await findRecipient(scope, tx, input, {
    connectionId: input.connectionId,
    mayHaveOptedOut: input.despiteOptOut !== undefined,
  });
  // A request that is repeated is the same one, also when what somebody may get has changed meanwhile.
  const { idempotencyKey, despiteOptOut, ...asked } = input;
  const key = `direct:${idempotencyKey}`;
  const fingerprint = fingerprintOf(asked);
  const [made] = await tx.prepared<{ id: string }>('direct_write', write, [
    scope.tenantId,
    key,
    campaignId,
    recipient.contactId,
    input.connectionId,
    recipient.address,
    JSON.stringify(input.content),
    input.replyTo ?? null,
    input.isTest ?? false,
    fingerprint,
    scope.actor.kind === 'user' ? scope.actor.userId : null,
    despiteOptOut !== undefined,
    directChannel,
  ]);
  if (made !== undefined) return { messageId: made.id, isNew: true };
  return { messageId: await subjectOf(scope, tx, { key, fingerprint }), isNew: false };
}
