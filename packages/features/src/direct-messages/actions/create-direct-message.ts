import type { TenantScope, Tx } from '@zaphub/db';
import type { MessageContent } from '@zaphub/types';
import { claimKey, fingerprintOf } from '../../idempotency/index.ts';
import { enqueue } from '../../outbox/index.ts';
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
  /** Only for the message that tells somebody that their opt-out was heard: it goes out all the same. */
  readonly confirmsOptOut?: boolean;
};

/** What became of the wish to send. */
export interface DirectMessageMade {
  readonly messageId: string;
  /** False when the key had made it before. */
  readonly isNew: boolean;
}

const write = `
with counted as (
  update campaign_counters set total = total + 1, updated_at = clock_timestamp()
  where campaign_id = $3 and tenant_id = $1 returning total
), content as (
  insert into message_contents (tenant_id, message_id, content, reply_to, is_test, created_by)
  values ($1, $2, $7, $8, $9, $10)
)
insert into messages (id, tenant_id, campaign_id, contact_id, connection_id, position, recipient, direct, ignores_opt_out)
select $2, $1, $3, $4, $5, total, $6, true, $11 from counted`;

/**
 * Writes a message to the ledger, to be sent as soon as this transaction has committed, before what campaigns have
 * waiting on that number. Late in a transaction: those that write to one number wait for each other.
 * @throws AppError `not_found` (connection, contact), `contact_opted_out`, `contact_unreachable`,
 *   `idempotency_key_reused`
 */
export async function createDirectMessage(
  tx: Tx,
  scope: TenantScope,
  input: NewDirectMessage,
): Promise<DirectMessageMade> {
  const campaignId = await directCampaignOf(scope, tx, input.connectionId);
  const recipient = await findRecipient(scope, tx, input, {
    mayHaveOptedOut: input.confirmsOptOut === true,
  });
  const { idempotencyKey, ...asked } = input;
  const { subjectId: messageId, isNew } = await claimKey(scope, tx, {
    key: `direct:${idempotencyKey}`,
    fingerprint: fingerprintOf(asked),
  });
  if (!isNew) return { messageId, isNew };
  await tx.prepared('direct_write', write, [
    scope.tenantId,
    messageId,
    campaignId,
    recipient.contactId,
    input.connectionId,
    recipient.address,
    JSON.stringify(input.content),
    input.replyTo ?? null,
    input.isTest ?? false,
    scope.actor.kind === 'user' ? scope.actor.userId : null,
    input.confirmsOptOut ?? false,
  ]);
  const { tenantId } = scope;
  await enqueue(tx, scope, 'message.send', { tenantId, connectionId: input.connectionId });
  // The queue is the sure way to a lane; this is the quick one.
  await tx.run('select pg_notify($1, $2)', [directChannel, `${tenantId} ${input.connectionId}`]);
  return { messageId, isNew };
}
