/**
 * SQL: the ids of a person's contacts, as an array: the one that is shown, and those that have become part of it.
 * @param root the id of the contact that is shown
 */
export function familyOf(root: string, tenantId: string): string {
  return `array(select ${root} union all
    select f.id from contacts f where f.tenant_id = ${tenantId} and f.merged_into = ${root})`;
}
