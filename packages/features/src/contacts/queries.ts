import type { TenantScope, Tx } from '@zaphub/db';
import { likePattern } from './like-pattern.ts';

/** A contact with its tags. */
export interface ContactRow {
  id: string;
  phone: string | null;
  name: string | null;
  attributes: Record<string, string>;
  tags: string[];
  opted_out_at: Date | null;
  opt_out_source: string | null;
  created_at: Date;
  updated_at: Date;
}

const columns = `c.id, c.phone, c.name, c.attributes, c.opted_out_at, c.opt_out_source, c.created_at, c.updated_at,
  array(select t.tag from contact_tags t where t.tenant_id = c.tenant_id and t.contact_id = c.id order by t.tag) as tags`;

/** Reads one contact, or the one it has become part of; `undefined` when this tenant has none with that id. */
export async function findContact(scope: TenantScope, tx: Tx, id: string): Promise<ContactRow | undefined> {
  return tx.maybeOne<ContactRow>(
    `select ${columns} from contacts c where c.tenant_id = $1 and c.id = (
       select coalesce(merged_into, id) from contacts where tenant_id = $1 and id = $2)`,
    [scope.tenantId, id],
  );
}

/** What a list of contacts is narrowed to. */
export interface ContactFilter {
  /** Part of a name, whatever the case, or digits of a phone. */
  search?: string | undefined;
  /** Exactly this tag. */
  tag?: string | undefined;
}

/** Contacts, newest first, from the place after `after`. */
export async function listContacts(
  scope: TenantScope,
  tx: Tx,
  filter: ContactFilter,
  after: string | undefined,
  take: number,
): Promise<ContactRow[]> {
  const values: unknown[] = [scope.tenantId];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  // With a tag the list is walked in the tag's own index, so that page 1 of a small tag reads a few rows.
  const [from, id] = filter.tag
    ? [
        `contact_tags ct join contacts c on c.id = ct.contact_id and c.tenant_id = ct.tenant_id
         where ct.tenant_id = $1 and ct.tag = ${bind(filter.tag)} and c.merged_into is null`,
        'ct.contact_id',
      ]
    : ['contacts c where c.tenant_id = $1 and c.merged_into is null', 'c.id'];
  // Of both sides of the join, so that neither is walked from its end.
  const conditions = after === undefined ? [] : [id, 'c.id'].map((each) => `${each} < ${bind(after)}::uuid`);
  if (filter.search) conditions.push(searchCondition(filter.search, bind));
  return tx.rows<ContactRow>(
    `select ${columns} from ${from}${conditions.map((condition) => ` and ${condition}`).join('')}
     order by ${id} desc limit ${bind(take)}`,
    values,
  );
}

function searchCondition(search: string, bind: (value: unknown) => string): string {
  const byName = `c.name ilike ${bind(likePattern(search))}`;
  const digits = search.replaceAll(/[\s().+-]/g, '');
  if (!/^\d+$/.test(digits)) return byName;
  return `(c.phone like ${bind(likePattern(digits))} or ${byName})`;
}

/** Contacts of the tenant: exact up to `exactUpTo`, the planner's estimate above. */
export async function countContacts(
  scope: TenantScope,
  tx: Tx,
  exactUpTo: number,
): Promise<{ total: number; exact: boolean }> {
  // Without looking at the rows: those that are part of another are few, and counted in an index of their own.
  const { count } = await tx.one<{ count: number }>(
    `select (select count(*) from (select from contacts where tenant_id = $1 limit $2) few)
       - (select count(*) from contacts where tenant_id = $1 and merged_into is not null) as count`,
    [scope.tenantId, exactUpTo + 1],
  );
  if (count <= exactUpTo) return { total: count, exact: true };
  const [explained] = await tx.rows<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }>(
    'explain (format json) select from contacts where tenant_id = $1',
    [scope.tenantId],
  );
  return { total: Math.max(count, explained?.['QUERY PLAN'][0].Plan['Plan Rows'] ?? 0), exact: false };
}

/** A tag and how many contacts have it. */
export interface TagRow {
  tag: string;
  contacts: number;
}

/** The tenant's tags by name, at most `take`. Read from the primary key of `contact_tags` alone. */
export async function listTags(scope: TenantScope, tx: Tx, take: number): Promise<TagRow[]> {
  return tx.rows<TagRow>(
    `select tag, count(*) as contacts from contact_tags where tenant_id = $1 group by tag order by tag limit $2`,
    [scope.tenantId, take],
  );
}
