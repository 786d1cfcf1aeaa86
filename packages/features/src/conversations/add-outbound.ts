import type { TenantScope, Tx } from '@zaphub/db';

/** A message of ours that belongs to a conversation. */
export interface Outbound {
  readonly conversationId: string;
  readonly connectionId: string;
  /** The contact whose address it goes to. */
  readonly contactId: string;
  /** Its row in the ledger. */
  readonly messageId: string;
  readonly kind: string;
  readonly content: unknown;
  /** Its words, for the list of conversations. */
  readonly text: string | null;
  readonly answers?: string | undefined;
}

/** Puts a message of ours into its conversation; the ledger says what becomes of it. Answers its id. */
export async function addOutbound(tx: Tx, scope: TenantScope, outbound: Outbound): Promise<string> {
  const row = await tx.one<{ id: string }>(
    `with written as (
       insert into conversation_messages (tenant_id, conversation_id, connection_id, contact_id, direction, kind, content,
         answers, message_id, sent_by)
       values ($1, $2, $3, $4, 'out', $5, $6, $7, $8, $9) returning id, occurred_at
     ), told as (
       update conversations c set last_at = greatest(c.last_at, w.occurred_at), last_direction = 'out', last_kind = $5,
         last_text = left($10, 200)
       from written w where c.tenant_id = $1 and c.id = $2
     )
     select id from written`,
    [
      scope.tenantId,
      outbound.conversationId,
      outbound.connectionId,
      outbound.contactId,
      outbound.kind,
      JSON.stringify(outbound.content),
      outbound.answers ?? null,
      outbound.messageId,
      scope.actor.kind === 'user' ? scope.actor.userId : null,
      outbound.text,
    ],
  );
  return row.id;
}
