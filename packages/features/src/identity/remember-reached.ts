import { phoneForms } from './phone-forms.ts';

/** Runs one named prepared statement. */
type RunStatement = <R>(name: string, text: string, values: readonly unknown[]) => Promise<R[]>;

/** A message that left, and the form of the number that the network says it has. */
export interface Reached {
  readonly contactId: string;
  /** As we wrote to it. */
  readonly to: string;
  /** As the network knows it, E.164. */
  readonly reachedAs: string;
}

/*
 * Invariants: only a contact that still has the number we wrote to remembers the form; a form that is another contact's
 * own number is not taken from it. The form leads to the contact from then on: one that is no form we would look for
 * by ourselves is written down as a name of the contact. Rows are locked by id.
 */
const remember = `
with told as materialized (
  select c.id, w.form, c.phone, w.is_guessed
  from unnest($2::uuid[], $3::text[], $4::text[], $5::boolean[]) as w (id, form, number, is_guessed)
    join contacts c on c.tenant_id = $1 and c.id = w.id and c.phone in (w.number, w.form)
  where not exists (select from contacts o where o.tenant_id = $1 and o.phone = w.form and o.id <> c.id)
  order by c.id for update of c
), linked as (
  insert into contact_identities (tenant_id, kind, value, contact_id)
  select $1, 'phone', form, id from told where not is_guessed and form <> phone on conflict do nothing
)
update contacts c set reached_as = nullif(t.form, t.phone), updated_at = now() from told t
where c.tenant_id = $1 and c.id = t.id and c.reached_as is distinct from nullif(t.form, t.phone)`;

/**
 * Remembers the forms of numbers that a network says it knows, for the next message and for what people answer. Only
 * what differs from what was written to has to be told.
 */
export async function rememberReached(
  run: RunStatement,
  tenantId: string,
  reached: readonly Reached[],
): Promise<void> {
  const told = reached.filter((each) => phoneForms(each.reachedAs).length > 0);
  if (told.length === 0) return;
  await run('remember_reached', remember, [
    tenantId,
    told.map((each) => each.contactId),
    told.map((each) => each.reachedAs),
    told.map((each) => phoneForms(each.to)[0] ?? each.to),
    told.map((each) => phoneForms(each.to).includes(each.reachedAs)),
  ]);
}
