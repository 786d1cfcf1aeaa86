/** WhatsApp lets a business answer for so long after somebody has written; templates aside, which are no answers. */
const windowText = "interval '24 hours'";

/**
 * SQL: until when somebody who has opted out may still be answered; null when they may not. What they asked for is to be
 * left alone by what we begin; whoever writes afterwards begins something, and may be answered there for a day. The
 * opt-out itself is nothing to answer, nor is a reaction.
 * @param conversation a row of `conversations`
 * @param contact the row of `contacts` it is with
 */
export function answerUntil(conversation: string, contact: string): string {
  const [v, c] = [conversation, contact];
  return `case when ${c}.opted_out_at is not null and ${v}.last_inbound_at > clock_timestamp() - ${windowText} then (
    select max(i.occurred_at) + ${windowText} from conversation_messages i
    where i.tenant_id = ${v}.tenant_id and i.conversation_id = ${v}.id and i.direction = 'in' and i.kind <> 'reaction'
      and i.occurred_at > clock_timestamp() - ${windowText}
      and i.occurred_at > coalesce((
        select max(p.occurred_at) from opt_out_proofs p
        where p.tenant_id = ${c}.tenant_id and p.action = 'opt_out' and p.contact_id = any(array(
          select f.id from contacts f where f.tenant_id = ${c}.tenant_id and (f.id = ${c}.id or f.merged_into = ${c}.id)))
      ), ${c}.opted_out_at)
  ) end`;
}
