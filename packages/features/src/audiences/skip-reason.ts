import type { SkipReason } from '@zaphub/types';
import { hasAddress } from '../identity/index.ts';
import type { SqlValues } from './sql-values.ts';

/**
 * SQL: has contact `c` no value for this variable? `templateValue` in templates says the same in TypeScript:
 * change both together.
 */
export function missingCondition(variable: string, sql: SqlValues): string {
  switch (variable) {
    case 'name':
      return `coalesce(c.name, '') = ''`;
    case 'phone':
      return `c.phone is null`;
    case 'first_name':
      return `(coalesce(c.attributes ->> 'first_name', '') = '' and btrim(coalesce(c.name, ''), E' \\t\\r\\n') = '')`;
    default:
      return `coalesce(c.attributes ->> ${sql.bind(variable)}, '') = ''`;
  }
}

/** SQL: can contact `c` be written to at all? */
export const isReachable = `(c.opted_out_at is null and ${hasAddress('c')})`;

/** SQL: does contact `c` want messages and has no number, nor anything else to write to? */
export const isUnreachable = `(c.opted_out_at is null and not ${hasAddress('c')})`;

/** SQL: why contact `c` gets no message that needs these variables; null when it gets one. */
export function skipReasonCase(required: readonly string[], sql: SqlValues): string {
  const missing = required.map((variable) => missingCondition(variable, sql));
  const whenMissing =
    missing.length === 0 ? '' : `when ${missing.join(' or ')} then ${reason('missing_variable')}`;
  return `case when c.opted_out_at is not null then ${reason('opted_out')}
    when not ${hasAddress('c')} then ${reason('no_phone')} ${whenMissing} end`;
}

function reason(code: SkipReason): string {
  return `'${code}'`;
}
