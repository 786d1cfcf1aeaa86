import type { TenantScope, Tx } from '@zaphub/db';
import { type Addresses, everywhere } from './addresses.ts';
import { type Candidate, type Found, findPeople, linkName } from './find-people.ts';
import { heardForm, isOwnNumber } from './heard-form.ts';
import { mergeByNetwork } from './merge/merge-by-network.ts';

/** A name that is to lead to a contact. */
interface Link {
  readonly kind: string;
  readonly value: string;
  readonly connectionId: string;
  readonly contactId: string;
}

/** What is to be written on a contact. */
interface Change {
  readonly contactId: string;
  readonly phone: string | null;
  readonly name: string | null;
  readonly reachedAs: string | null;
  readonly setsForm: boolean;
}

/**
 * Makes, links and merges the contacts of people who share no name with each other; answers their contacts in that
 * order. The caller holds the locks of their names and of the contacts that exist.
 */
export async function settlePeople(
  tx: Tx,
  scope: TenantScope,
  people: readonly Addresses[],
): Promise<string[]> {
  const found = await findPeople(tx, scope, people);
  const contacts = await contactsOf(tx, scope, people, found);
  const [links, changes]: [Link[], Change[]] = [[], []];
  for (const [nth, person] of people.entries()) {
    const contact = contacts[nth];
    const each = found[nth];
    if (contact === undefined || each === undefined) continue;
    const own = await agree(tx, scope, each);
    if (own !== undefined) links.push(...missingLinks(person, each, contact, own));
    const change = changeOf(person, each, contact);
    if (change !== undefined) changes.push(change);
  }
  await writeLinks(tx, scope, links);
  await writeChanges(tx, scope, changes);
  return contacts.map((contact) => contact.contactId);
}

/**
 * Does a number lead to one contact and an id to another? Merges them where that is safe. Answers the contacts that are
 * the person, whose names stay as they are; `undefined` when nothing is to be linked.
 */
async function agree(tx: Tx, scope: TenantScope, { byPhone, byId }: Found): Promise<string[] | undefined> {
  const roots = [byPhone, byId].flatMap((each) => (each === undefined ? [] : [each.root]));
  if (byPhone === undefined || byId === undefined || byPhone.root === byId.root) return roots;
  // With a number of its own it is somebody: only the id has changed hands.
  if (byId.phone !== null) return [byPhone.root];
  const isOne = await mergeByNetwork(tx, scope, { keptId: byPhone.root, mergedId: byId.root });
  return isOne ? roots : undefined;
}

function missingLinks(person: Addresses, found: Found, contact: Candidate, own: readonly string[]): Link[] {
  const isKnownNumber =
    found.byPhone !== undefined || contact.phone === null || person.forms.includes(contact.phone);
  const numbers = isKnownNumber
    ? []
    : person.forms.slice(0, 1).map((value) => ({ kind: 'phone', value, connectionId: everywhere }));
  return [...numbers, ...person.ids]
    .filter((id) => !own.includes(found.linked.get(linkName(id)) ?? ''))
    .map((id) => ({ ...id, contactId: contact.contactId }));
}

function changeOf(person: Addresses, found: Found, contact: Candidate): Change | undefined {
  const takesPhone = contact.phone === null && person.forms.length > 0 && found.byPhone === undefined;
  const phone = takesPhone ? (person.forms[0] ?? null) : null;
  const name = contact.name === null ? (person.name ?? null) : null;
  const own = phone ?? contact.phone;
  const reachedAs = heardForm(person, own);
  const setsForm = isOwnNumber(person, own) && reachedAs !== contact.reachedAs;
  if (phone === null && name === null && !setsForm) return undefined;
  return { contactId: contact.contactId, phone, name, reachedAs, setsForm };
}

/** The contact of each, made where there is none. */
async function contactsOf(
  tx: Tx,
  scope: TenantScope,
  people: readonly Addresses[],
  found: readonly Found[],
): Promise<Candidate[]> {
  const known = found.map((each) => each.byPhone ?? each.byId);
  const strangers = people.flatMap((person, nth) => (known[nth] === undefined ? [{ nth, person }] : []));
  if (strangers.length === 0) return known.filter((each) => each !== undefined);
  const made = await tx.rows<{ id: string; nth: number; phone: string | null; name: string | null }>(
    `with wanted as materialized (
       select app.new_id() as id, w.* from unnest($2::int[], $3::text[], $4::text[]) as w (nth, phone, name)
     ), made as (
       insert into contacts (tenant_id, id, phone, name) select $1, id, phone, name from wanted order by nth
       on conflict (tenant_id, phone) do nothing returning id
     )
     select w.id, w.nth, w.phone, w.name from wanted w join made using (id)`,
    [
      scope.tenantId,
      strangers.map((each) => each.nth),
      strangers.map((each) => each.person.forms[0] ?? null),
      strangers.map((each) => each.person.name ?? null),
    ],
  );
  const byNth = new Map(made.map((row) => [row.nth, row]));
  // An import was quicker by a moment: its contact is there now.
  const missed = strangers.filter((each) => !byNth.has(each.nth));
  const again = await findPeople(
    tx,
    scope,
    missed.map((each) => each.person),
  );
  const late = new Map(missed.map((each, index) => [each.nth, again[index]?.byPhone]));
  return people.map((_, nth) => {
    const contact = known[nth] ?? late.get(nth) ?? fresh(byNth.get(nth));
    if (contact === undefined) throw new TypeError('a contact that was just made is missing');
    return contact;
  });
}

function fresh(
  row: { id: string; phone: string | null; name: string | null } | undefined,
): Candidate | undefined {
  return row && { contactId: row.id, root: row.id, phone: row.phone, name: row.name, reachedAs: null };
}

async function writeLinks(tx: Tx, scope: TenantScope, links: readonly Link[]): Promise<void> {
  if (links.length === 0) return;
  await tx.run(
    `insert into contact_identities as i (tenant_id, kind, value, connection_id, contact_id)
     select $1, l.* from unnest($2::text[], $3::text[], $4::uuid[], $5::uuid[]) as l (kind, value, connection_id, contact_id)
     on conflict (tenant_id, kind, value, connection_id) do update set contact_id = excluded.contact_id`,
    [
      scope.tenantId,
      links.map((link) => link.kind),
      links.map((link) => link.value),
      links.map((link) => link.connectionId),
      links.map((link) => link.contactId),
    ],
  );
}

async function writeChanges(tx: Tx, scope: TenantScope, changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) return;
  await tx.run(
    `update contacts c set phone = coalesce(w.phone, c.phone), name = coalesce(c.name, w.name),
       reached_as = case when w.sets_form then w.reached_as else c.reached_as end, updated_at = now()
     from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::boolean[])
       as w (id, phone, name, reached_as, sets_form)
     where c.tenant_id = $1 and c.id = w.id`,
    [
      scope.tenantId,
      changes.map((change) => change.contactId),
      changes.map((change) => change.phone),
      changes.map((change) => change.name),
      changes.map((change) => change.reachedAs),
      changes.map((change) => change.setsForm),
    ],
  );
}
