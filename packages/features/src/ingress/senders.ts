import type { Tx } from '@zaphub/db';

/** Which connection a network means by its own name of a number. */
export interface Senders {
  /** `undefined` for a number that is not connected here; without a name it is the one the webhook came to. */
  connectionOf(sender: string | undefined): string | undefined;
}

interface SenderRow {
  readonly id: string;
  readonly sender: string | null;
}

/**
 * One address takes the webhooks of all numbers of an account. Only numbers of the same tenant and the same kind are
 * meant: what is signed with one tenant's secret says nothing about another's.
 */
export async function listSenders(
  tx: Tx,
  { tenantId, connectionId }: { readonly tenantId: string; readonly connectionId: string },
  isNeeded: boolean,
): Promise<Senders> {
  const rows = isNeeded
    ? await tx.rows<SenderRow>(
        `select s.id, s.settings ->> 'phone_number_id' as sender from connections s
         join connections own on own.id = $2 and own.tenant_id = $1
         where s.tenant_id = $1 and s.provider = own.provider and s.deleted_at is null`,
        [tenantId, connectionId],
      )
    : [];
  const known = new Map(rows.map(({ id, sender }) => [sender, id]));
  // Two connections of one number: the webhook is for the one whose address it came to.
  const own = rows.find(({ id }) => id === connectionId);
  if (own !== undefined) known.set(own.sender, own.id);
  return { connectionOf: (sender) => (sender === undefined ? connectionId : known.get(sender)) };
}
