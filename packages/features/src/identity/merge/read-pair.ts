import type { TenantScope, Tx } from '@zaphub/db';
import { AppError } from '@zaphub/types';

/** A contact as a merge sees it. */
export interface ContactState {
  readonly id: string;
  readonly phone: string | null;
  readonly reached_as: string | null;
  readonly name: string | null;
  readonly attributes: Record<string, unknown>;
  readonly consent_source: string | null;
  readonly opted_out: boolean;
}

/**
 * Reads two contacts that are to become one: the one that stays, then the other.
 * @throws AppError `not_found`; `conflict` when it is one contact, or one of them is part of another already
 */
export async function readPair(
  tx: Tx,
  scope: TenantScope,
  { keptId, mergedId }: { readonly keptId: string; readonly mergedId: string },
): Promise<[ContactState, ContactState]> {
  const rows = await tx.rows<ContactState & { readonly is_free: boolean }>(
    `select id, phone, reached_as, name, attributes, consent_source, opted_out_at is not null as opted_out,
       merged_into is null as is_free
     from contacts where tenant_id = $1 and id = any($2::uuid[])`,
    [scope.tenantId, [keptId, mergedId]],
  );
  const [kept, merged] = [keptId, mergedId].map((id) => rows.find((row) => row.id === id));
  if (kept === undefined || merged === undefined) throw new AppError('not_found', 'no such contact');
  if (keptId === mergedId || !kept.is_free || !merged.is_free) {
    throw new AppError('conflict', 'the contacts are one already, or one of them is part of another', {
      publicMessage: {
        en: 'These two are one contact already, or one of them is part of another contact.',
        'pt-BR': 'Os dois já são um só contato, ou um deles faz parte de outro contato.',
      },
    });
  }
  return [kept, merged];
}
