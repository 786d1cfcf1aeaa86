import type { TenantScope, Tx } from '@zaphub/db';
import type { Audience } from '@zaphub/types';
import { audienceSource } from './audience-source.ts';
import { isReachable, isUnreachable, missingCondition, skipReasonCase } from './skip-reason.ts';
import { sqlValues } from './sql-values.ts';

/** How an audience falls into those who get a message and those who do not. */
export interface AudienceCounts {
  total: number;
  opted_out: number;
  no_phone: number;
  missing_variable: number;
  /** For each required variable, the reachable contacts without it; one contact may lack several. */
  missing: { variable: string; contacts: number }[];
}

/** Counts an audience in one pass over it. */
export async function countAudience(
  scope: TenantScope,
  tx: Tx,
  audience: Audience,
  required: readonly string[],
): Promise<AudienceCounts> {
  const sql = sqlValues();
  const { from } = audienceSource(scope, audience, sql);
  const conditions = required.map((variable) => missingCondition(variable, sql));
  const perVariable = conditions.map(
    (condition, index) => `, count(*) filter (where ${isReachable} and ${condition}) as missing_${index}`,
  );
  const row = await tx.one<Record<string, number>>(
    `select count(*) as total,
       count(*) filter (where c.opted_out_at is not null) as opted_out,
       count(*) filter (where ${isUnreachable}) as no_phone,
       count(*) filter (where ${isReachable} and (${conditions.join(' or ') || 'false'})) as missing_variable
       ${perVariable.join('')}
     from ${from}`,
    sql.values,
  );
  const count = (column: string): number => row[column] ?? 0;
  return {
    total: count('total'),
    opted_out: count('opted_out'),
    no_phone: count('no_phone'),
    missing_variable: count('missing_variable'),
    missing: required.map((variable, index) => ({ variable, contacts: count(`missing_${index}`) })),
  };
}

/** A contact who will get the message. */
export interface RecipientRow {
  id: string;
  name: string | null;
  phone: string;
  attributes: Record<string, string>;
}

/** The newest contacts of the audience, of those with a number, who will get the message. */
export async function sampleRecipients(
  scope: TenantScope,
  tx: Tx,
  audience: Audience,
  required: readonly string[],
  take: number,
): Promise<RecipientRow[]> {
  const sql = sqlValues();
  const { from, contactId } = audienceSource(scope, audience, sql);
  return tx.rows<RecipientRow>(
    `select c.id, c.name, c.phone, c.attributes from ${from} and c.phone is not null
       and (${skipReasonCase(required, sql)}) is null
     order by ${contactId} desc limit ${sql.bind(take)}`,
    sql.values,
  );
}

/** Is there anybody at all in the audience? */
export async function hasAnybody(scope: TenantScope, tx: Tx, audience: Audience): Promise<boolean> {
  const sql = sqlValues();
  const { from } = audienceSource(scope, audience, sql);
  const found = await tx.rows(`select from ${from} limit 1`, sql.values);
  return found.length > 0;
}
