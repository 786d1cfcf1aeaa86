import type { TenantScope, Tx } from '@zaphub/db';
import { AppError } from '@zaphub/types';

/** One proof as it is shown. */
export interface ProofRow {
  id: string;
  action: 'opt_out' | 'opt_in';
  source: string;
  evidence: string | null;
  actor_id: string | null;
  actor_email: string | null;
  occurred_at: Date;
  recorded_at: Date;
  recorded_at_text: string;
}

/** Where a page of proofs begins. */
export interface ProofPlace {
  readonly at: string;
  readonly id: string;
}

/**
 * What is known of a contact's wishes, and of those of the contacts that are part of it: newest first.
 * @throws AppError `not_found`
 */
export async function listProofs(
  scope: TenantScope,
  tx: Tx,
  contactId: string,
  after: ProofPlace | undefined,
  take: number,
): Promise<ProofRow[]> {
  const found = await tx.run('select from contacts where tenant_id = $1 and id = $2', [
    scope.tenantId,
    contactId,
  ]);
  if (found === 0) throw new AppError('not_found', 'no such contact');
  return tx.rows<ProofRow>(
    `select p.id, p.action, p.source, p.evidence, p.actor_id, u.email as actor_email, p.occurred_at, p.recorded_at,
       p.recorded_at::text as recorded_at_text
     from opt_out_proofs p left join members u on u.tenant_id = $1 and u.user_id = p.actor_id
     where p.tenant_id = $1 and p.contact_id = any(array(
         select id from contacts where tenant_id = $1 and (id = $2 or merged_into = $2)))
       and ($3::timestamptz is null or (p.recorded_at, p.id) < ($3::timestamptz, $4::uuid))
     order by p.recorded_at desc, p.id desc limit $5`,
    [scope.tenantId, contactId, after?.at ?? null, after?.id ?? null, take],
  );
}
