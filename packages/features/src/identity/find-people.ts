import type { TenantScope, Tx } from '@zaphub/db';
import type { Addresses } from './addresses.ts';

/** A contact that one of a person's names leads to. */
export interface Candidate {
  readonly contactId: string;
  /** The contact that it has become part of; itself, when it is part of none. */
  readonly root: string;
  readonly phone: string | null;
  readonly reachedAs: string | null;
  readonly name: string | null;
}

/** What a person's names lead to. */
export interface Found {
  readonly byPhone: Candidate | undefined;
  readonly byId: Candidate | undefined;
  /** Names that are linked already, as `kind value connection`, with the root of the contact they belong to. */
  readonly linked: ReadonlyMap<string, string>;
}

interface FoundRow extends Candidate {
  readonly nth: number;
  readonly kind: string;
  readonly value: string;
  readonly connectionId: string | null;
}

const text = `
select w.nth, 'number' as kind, w.value, null::uuid as "connectionId", c.id as "contactId",
  coalesce(c.merged_into, c.id) as root, c.phone, c.reached_as as "reachedAs", c.name
from unnest($2::int[], $3::text[]) as w (nth, value) join contacts c on c.tenant_id = $1 and c.phone = w.value
union all
select w.nth, w.kind, w.value, i.connection_id, c.id, coalesce(c.merged_into, c.id), c.phone, c.reached_as, c.name
from unnest($4::int[], $5::text[], $6::text[]) as w (nth, kind, value)
  join contact_identities i on i.tenant_id = $1 and i.kind = w.kind and i.value = w.value
  join contacts c on c.tenant_id = $1 and c.id = i.contact_id`;

/** Looks for people by all of their names at once; answers in the order of `wanted`. */
export async function findPeople(tx: Tx, scope: TenantScope, wanted: readonly Addresses[]): Promise<Found[]> {
  const numbers = wanted.flatMap(({ forms }, nth) => forms.map((value) => ({ nth, value })));
  const ids = wanted.flatMap((each, nth) => [
    ...each.forms.map((value) => ({ nth, kind: 'phone', value })),
    ...each.ids.map(({ kind, value }) => ({ nth, kind, value })),
  ]);
  const rows = await tx.prepared<FoundRow>('find_people', text, [
    scope.tenantId,
    numbers.map((each) => each.nth),
    numbers.map((each) => each.value),
    ids.map((each) => each.nth),
    ids.map((each) => each.kind),
    ids.map((each) => each.value),
  ]);
  const byPerson = Map.groupBy(rows, (row) => row.nth);
  return wanted.map((each, nth) => judge(each, byPerson.get(nth) ?? []));
}

/** The name of an identity in `Found.linked`. */
export function linkName(id: { kind: string; value: string; connectionId: string | null }): string {
  return `${id.kind} ${id.value} ${id.connectionId}`;
}

function judge(wanted: Addresses, rows: readonly FoundRow[]): Found {
  // A contact's own number counts before a number that is known to be theirs as well, the stored form first.
  const byNumber = wanted.forms
    .map((form) => rows.find((row) => row.kind === 'number' && row.value === form))
    .find((row) => row !== undefined);
  return {
    byPhone: byNumber ?? rows.find((row) => row.kind === 'phone'),
    byId: rows.find((row) => row.kind === 'bsuid' || row.kind === 'lid'),
    linked: new Map(
      rows.filter((row) => row.kind !== 'number').map((row) => [linkName(row), row.root] as const),
    ),
  };
}
