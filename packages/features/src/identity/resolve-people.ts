import type { TenantScope, Tx } from '@zaphub/db';
import { lockFamilies } from '../opt-outs/index.ts';
import { type Addresses, addressesOf, isKnowable, type SeenPerson } from './addresses.ts';
import { type Found, findPeople, linkName } from './find-people.ts';
import { heardForm, isOwnNumber } from './heard-form.ts';
import { settlePeople } from './settle-people.ts';

/** Whom somebody turned out to be. */
export interface ResolvedPerson {
  /** The contact that is shown. */
  readonly contactId: string;
  /** The contact that the address belongs to: another one when that has become part of the first. */
  readonly memberId: string;
  /** All contacts that are this person. */
  readonly familyIds: readonly string[];
}

/**
 * Finds the contacts of people that connections have heard from, by any of their names, and makes those that do not
 * exist. Names that come together are linked: a number and the id that a network has for it lead to one contact from
 * then on, and two contacts that a network says are one person are merged. The form of a number that the network used
 * is remembered. All of the contacts stay locked until the transaction ends; at once or one after the other, however
 * often: the same people give the same contacts.
 * @returns in the order of `seen`; `undefined` for somebody without a number and without an id
 */
export async function resolvePeople(
  tx: Tx,
  scope: TenantScope,
  seen: readonly SeenPerson[],
): Promise<(ResolvedPerson | undefined)[]> {
  const wanted = seen.map(addressesOf);
  const distinct = new Map(wanted.filter(isKnowable).map((each) => [JSON.stringify(each), each]));
  const members = await settleAll(tx, scope, [...distinct.values()]);
  const families = await lockFamilies(tx, scope, [...members.values()]);
  const roots = new Map(families.map(({ id, root }) => [id, root]));
  const byRoot = Map.groupBy(families, ({ root }) => root);
  return wanted.map((each) => {
    const memberId = members.get(JSON.stringify(each));
    if (memberId === undefined) return undefined;
    const contactId = roots.get(memberId) ?? memberId;
    return { contactId, memberId, familyIds: (byRoot.get(contactId) ?? []).map(({ id }) => id) };
  });
}

/** The contact that each person's address belongs to, by the person. */
async function settleAll(
  tx: Tx,
  scope: TenantScope,
  people: readonly Addresses[],
): Promise<Map<string, string>> {
  const members = new Map<string, string>();
  const remember = (person: Addresses, contactId: string) => members.set(JSON.stringify(person), contactId);
  const found = await findPeople(tx, scope, people);
  let left = people.filter((person, nth) => {
    const known = settledContact(person, found[nth]);
    if (known !== undefined) remember(person, known);
    return known === undefined;
  });
  if (left.length === 0) return members;
  await lockNames(tx, scope, left);
  // What others have linked meanwhile is seen now. All contacts are locked at once, in the order of their ids.
  const again = await findPeople(tx, scope, left);
  const candidates = again.flatMap(({ byPhone, byId }) => [byPhone?.contactId, byId?.contactId]);
  await lockFamilies(tx, scope, [...members.values(), ...candidates.filter((id) => id !== undefined)]);
  // Whom one round has made, the next one finds.
  while (left.length > 0) {
    const [now, later] = independent(left);
    const contacts = await settlePeople(tx, scope, now);
    now.forEach((person, nth) => remember(person, contacts[nth] ?? ''));
    left = later;
  }
  return members;
}

/** The contact of somebody about whom there is nothing new; `undefined` when there is something to write. */
function settledContact(person: Addresses, found: Found | undefined): string | undefined {
  const candidate = found?.byPhone ?? found?.byId;
  if (found === undefined || candidate === undefined) return undefined;
  const isOne =
    found.byPhone === undefined || found.byId === undefined || found.byPhone.root === found.byId.root;
  const isLinked = person.ids.every((id) => found.linked.get(linkName(id)) === candidate.root);
  const hasPhone = person.forms.length === 0 || found.byPhone !== undefined;
  const hasForm =
    heardForm(person, candidate.phone) === candidate.reachedAs || !isOwnNumber(person, candidate.phone);
  const hasName = candidate.name !== null || person.name === undefined;
  return isOne && isLinked && hasPhone && hasForm && hasName ? candidate.contactId : undefined;
}

/** Those who share no name with an earlier one, and the others. */
function independent(people: readonly Addresses[]): [Addresses[], Addresses[]] {
  const taken = new Set<string>();
  const [now, later]: [Addresses[], Addresses[]] = [[], []];
  for (const person of people) {
    const names = namesOf(person);
    (names.some((name) => taken.has(name)) ? later : now).push(person);
    for (const name of names) taken.add(name);
  }
  return [now, later];
}

function namesOf(person: Addresses): string[] {
  return [...person.forms.slice(0, 1), ...person.ids.map((id) => `${id.kind} ${id.value}`)];
}

/** Bounded, so that a large batch takes no more locks than the server has room for. */
const buckets = 512;

/** Whoever links or makes people of these names waits for whoever does so already; taken in one order. */
async function lockNames(tx: Tx, scope: TenantScope, people: readonly Addresses[]): Promise<void> {
  await tx.run(
    `select pg_advisory_xact_lock(hashtext($1), b.bucket) from (
       select distinct abs(hashtext(name) % ${buckets}) as bucket from unnest($2::text[]) name order by 1
     ) b`,
    [scope.tenantId, people.flatMap(namesOf)],
  );
}
