import type { TenantScope } from '@zaphub/db';
import type { Audience } from '@zaphub/types';
import type { SqlValues } from './sql-values.ts';

/**
 * The contacts of an audience as a piece of SQL, in which each is a row `c` of `contacts`, once; without those that
 * have become part of another contact.
 */
export interface AudienceSource {
  /** What follows `from`, its `where` included: more conditions go after an `and`. */
  from: string;
  /** The column to walk the audience by: unique, in an index, the contact's id. */
  contactId: string;
}

/** Says in SQL who an audience is. A new kind of audience is a case here and nothing else. */
export function audienceSource(scope: TenantScope, audience: Audience, sql: SqlValues): AudienceSource {
  const tenant = sql.bind(scope.tenantId);
  switch (audience.kind) {
    case 'all':
      return {
        from: `contacts c where c.tenant_id = ${tenant} and c.merged_into is null`,
        contactId: 'c.id',
      };
    case 'tag':
      return {
        from: `contact_tags ct join contacts c on c.id = ct.contact_id and c.tenant_id = ct.tenant_id
               where ct.tenant_id = ${tenant} and ct.tag = ${sql.bind(audience.tag)}
                 and c.merged_into is null`,
        contactId: 'ct.contact_id',
      };
    default:
      return audience satisfies never;
  }
}
