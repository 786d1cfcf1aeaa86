import type { TenantScope, Tx } from '@zaphub/db';
import { AppError, type MessageState, type RedriveObstacle } from '@zaphub/types';
import { obstacleJoins, obstacleSql } from './obstacle.ts';

/** The messages of one cause; UUIDs. */
export interface Cause {
  readonly campaignId: string;
  readonly connectionId: string;
  readonly code: string;
}

/** A cause with how many messages it has. */
export interface CauseRow {
  campaign_id: string;
  campaign_name: string;
  is_direct: boolean;
  connection_id: string;
  connection_name: string;
  code: string;
  class: string;
  provider_codes: number[];
  count: number;
  first_at: Date;
  last_at: Date;
}

/** One message that came to nothing. */
export interface DeadLetterRow {
  message_id: string;
  campaign_id: string;
  connection_id: string;
  contact_id: string;
  contact_name: string | null;
  recipient: string | null;
  state: MessageState;
  code: string;
  class: string;
  provider_code: number | null;
  requests: number;
  died_at: Date;
  discarded_at: Date | null;
  obstacle: RedriveObstacle | null;
}

/** A try that was not a plain success. */
export interface TryRow {
  created_at: Date;
  outcome: string;
  code: string | null;
  class: string | null;
  provider_code: number | null;
  http_status: number | null;
  trace_id: string | null;
  detail: string | null;
}

/** The causes, the latest first. Costs as much as there are such messages, whatever was sent. */
export function listCauses(scope: TenantScope, tx: Tx, take: number): Promise<CauseRow[]> {
  return tx.rows<CauseRow>(
    `select d.*, g.name as campaign_name, g.kind = 'direct' as is_direct, n.name as connection_name
     from (
       select campaign_id, connection_id, code, max(class) as class, count(*) as count,
         coalesce((array_agg(distinct provider_code::float8) filter (where provider_code is not null))[1:5], '{}') as provider_codes,
         min(died_at) as first_at, max(died_at) as last_at
       from dead_letters where tenant_id = $1 and discarded_at is null
       group by campaign_id, connection_id, code order by max(died_at) desc limit $2
     ) d
     join campaigns g on g.tenant_id = $1 and g.id = d.campaign_id
     join connections n on n.tenant_id = $1 and n.id = d.connection_id
     order by d.last_at desc, d.campaign_id, d.connection_id, d.code`,
    [scope.tenantId, take],
  );
}

const columns = `d.message_id, d.campaign_id, d.connection_id, m.contact_id, c.name as contact_name, m.recipient, m.state,
  d.code, d.class, d.provider_code, m.requests, d.died_at, d.discarded_at, ${obstacleSql} as obstacle`;

/** Messages that came to nothing, of what is named, from the place after `after` (a message's UUID). */
export function listDeadLetters(
  scope: TenantScope,
  tx: Tx,
  filter: { readonly [K in keyof Cause]?: string | undefined },
  place: { readonly after: string | undefined; readonly take: number },
): Promise<DeadLetterRow[]> {
  const values: unknown[] = [scope.tenantId, place.take];
  const wanted = [
    ['d.campaign_id =', filter.campaignId],
    ['d.connection_id =', filter.connectionId],
    ['d.code =', filter.code],
    ['d.message_id >', place.after],
  ].flatMap(([test, value]) => (value === undefined ? [] : [`and ${test} $${values.push(value)}`]));
  return tx.rows<DeadLetterRow>(
    `select ${columns} from (
       select * from dead_letters d where d.tenant_id = $1 and d.discarded_at is null ${wanted.join(' ')}
       order by d.message_id limit $2
     ) d join messages m on m.id = d.message_id ${obstacleJoins} order by d.message_id`,
    values,
  );
}

/** @throws AppError `not_found` for a message that has not come to nothing, too */
export async function getDeadLetter(scope: TenantScope, tx: Tx, messageId: string): Promise<DeadLetterRow> {
  const row = await tx.maybeOne<DeadLetterRow>(
    `select ${columns} from dead_letters d join messages m on m.id = d.message_id ${obstacleJoins}
     where d.tenant_id = $1 and d.message_id = $2 and m.state in ('failed', 'dlq')`,
    [scope.tenantId, messageId],
  );
  if (row === undefined) throw new AppError('not_found', 'no such message among the failed ones');
  return row;
}

/** The tries of a message that were not plain successes, the first first; the latest 100. */
export async function listTries(scope: TenantScope, tx: Tx, messageId: string): Promise<TryRow[]> {
  const rows = await tx.rows<TryRow>(
    `select created_at, outcome, code, class, provider_code, http_status, trace_id, detail from message_attempts
     where message_id = $2 and tenant_id = $1 order by id desc limit 100`,
    [scope.tenantId, messageId],
  );
  return rows.toReversed();
}

/** @throws AppError `not_found` when the tenant has no such campaign or connection */
export async function assertCauseExists(
  scope: TenantScope,
  tx: Tx,
  cause: { readonly campaignId?: string | undefined; readonly connectionId?: string | undefined },
): Promise<void> {
  const { found } = await tx.one<{ found: boolean }>(
    `select ($2::uuid is null or exists (select from campaigns where tenant_id = $1 and id = $2))
       and ($3::uuid is null or exists (select from connections where tenant_id = $1 and id = $3)) as found`,
    [scope.tenantId, cause.campaignId ?? null, cause.connectionId ?? null],
  );
  if (!found) throw new AppError('not_found', 'no such campaign or connection');
}
