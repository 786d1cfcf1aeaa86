import type { TenantScope, Tx } from '@zaphub/db';

/**
 * Where to write to contacts over connections, in the order of `wanted`: the form of the number that the network is
 * known to take, else the number, else the id that the network of that connection gave to the person. `undefined` when
 * there is none.
 */
export async function sendAddresses(
  tx: Tx,
  scope: TenantScope,
  wanted: readonly { readonly memberId: string; readonly connectionId: string }[],
): Promise<(string | undefined)[]> {
  const rows = await tx.rows<{ nth: number; address: string | null }>(
    `select w.nth, ${addressOf('c', { id: 's.id', provider: 's.provider' })} as address
     from unnest($2::int[], $3::uuid[], $4::uuid[]) as w (nth, contact_id, connection_id)
       join contacts c on c.tenant_id = $1 and c.id = w.contact_id
       join connections s on s.tenant_id = $1 and s.id = w.connection_id`,
    [
      scope.tenantId,
      wanted.map((_, nth) => nth),
      wanted.map((each) => each.memberId),
      wanted.map((each) => each.connectionId),
    ],
  );
  const byNth = new Map(rows.map((row) => [row.nth, row.address ?? undefined]));
  return wanted.map((_, nth) => byNth.get(nth));
}

/**
 * SQL: where to write to contact `contact` (a row of `contacts`) over a connection, given by the SQL of its id and its
 * provider; null when there is nowhere. Only for a contact without a number anything is looked up.
 */
export function addressOf(contact: string, connection: { id: string; provider: string }): string {
  return `coalesce(${contact}.reached_as, ${contact}.phone, (
    select case when i.kind = 'lid' then i.value || '@lid' else i.value end from contact_identities i
    where i.tenant_id = ${contact}.tenant_id and i.contact_id = ${contact}.id and case
      when ${connection.provider} in ('baileys', 'wuzapi') then i.kind = 'lid'
      else i.kind = 'bsuid' and i.connection_id = ${connection.id} end
    order by i.created_at desc limit 1))`;
}

/** SQL: is there any way to write to contact `contact`? Over which connection is another question. */
export function hasAddress(contact: string): string {
  return `(${contact}.phone is not null or (
    select true from contact_identities i where i.tenant_id = ${contact}.tenant_id and i.contact_id = ${contact}.id
      and i.kind in ('bsuid', 'lid') limit 1) is not null)`;
}
