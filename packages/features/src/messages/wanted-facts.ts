/*
 * Whether anybody wants to be told of messages that move. Facts are written by the statement that moves them, one row for
 * all of them; where nobody asks, the ledger pays one look into a small table a statement.
 */

/** An SQL expression: some endpoint of the tenant asks for one of these types. `tenant` is a parameter, not a column. */
export function isWanted(tenant: string, ...types: readonly string[]): string {
  return `exists (select from webhook_endpoints w where w.tenant_id = ${tenant} and w.enabled
    and w.types && array[${types.map((type) => `'${type}'`).join(', ')}])`;
}

/** An SQL expression: some endpoint of the tenant asks for the type in a column. */
export function isWantedEach(tenant: string, type: string): string {
  return `exists (select from webhook_endpoints w where w.tenant_id = ${tenant} and w.enabled and ${type} = any (w.types))`;
}

/** An SQL expression: some endpoint of anybody asks for something. */
export const isAnythingWanted = `exists (select from webhook_endpoints w where w.enabled)`;
