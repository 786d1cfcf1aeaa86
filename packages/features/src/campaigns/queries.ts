import type { TenantScope, Tx } from '@zaphub/db';
import { AppError } from '@zaphub/types';
import type {
  Audience,
  CampaignClock,
  CampaignStatus,
  LatePolicy,
  NetworkTemplateUse,
  SendingHours,
  StallCause,
  UnknownPolicy,
} from '@zaphub/types';

/** A campaign with its counters. */
export interface CampaignRow {
  id: string;
  name: string;
  template_id: string | null;
  network_template: unknown;
  body: string;
  connection_id: string;
  pool_id: string | null;
  audience: Audience;
  status: CampaignStatus;
  resume_status: CampaignStatus | null;
  unknown_policy: UnknownPolicy;
  /** `numeric` comes as text. */
  rate_per_second: string | null;
  scheduled_at: Date | null;
  timezone: string;
  clock: CampaignClock;
  starts_at_local: string | null;
  hours: SendingHours | null;
  opens_at: Date | null;
  closes_at: Date | null;
  late_policy: LatePolicy;
  late_after_s: number;
  hold_cause: 'late' | 'restored' | null;
  hold_since: Date | null;
  stall_cause: StallCause | null;
  stall_detail: string | null;
  stall_since: Date | null;
  stall_until: Date | null;
  error_code: string | null;
  error_detail: string | null;
  created_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
  total: number;
  sent: number;
  delivered: number;
  read: number;
  failed: number;
  dlq: number;
  skipped: number;
  unknown: number;
}

const columns = `c.id, c.name, c.template_id, c.network_template, c.body, c.connection_id, c.pool_id, c.audience, c.status, c.resume_status,
  c.unknown_policy, c.rate_per_second, c.scheduled_at, c.timezone, c.clock,
  to_char(c.starts_at_local, 'YYYY-MM-DD"T"HH24:MI') as starts_at_local, c.hours, c.opens_at, c.closes_at,
  c.late_policy, c.late_after_s, c.hold_cause, c.hold_since, c.stall_cause, c.stall_detail, c.stall_since,
  c.stall_until, c.error_code, c.error_detail,
  c.created_at, c.started_at, c.finished_at,
  k.total, k.sent, k.delivered, k.read, k.failed, k.dlq, k.skipped, k.unknown`;
const source = 'campaigns c join campaign_counters k on k.campaign_id = c.id';

/** Reads one campaign. @throws AppError `not_found` when this tenant has none with that id */
export async function getCampaign(scope: TenantScope, tx: Tx, id: string): Promise<CampaignRow> {
  const row = await tx.maybeOne<CampaignRow>(
    `select ${columns} from ${source} where c.tenant_id = $1 and c.id = $2 and c.kind = 'campaign'`,
    [scope.tenantId, id],
  );
  if (!row) throw new AppError('not_found', 'no such campaign');
  return row;
}

/**
 * Locks a campaign until the transaction ends, so that moves of one campaign come one after the other, and
 * claims and marks wait for them. @throws AppError `not_found`
 */
export async function lockCampaign(scope: TenantScope, tx: Tx, id: string): Promise<CampaignRow> {
  await tx.rows('select from campaigns where tenant_id = $1 and id = $2 for no key update', [
    scope.tenantId,
    id,
  ]);
  // Read after the lock was got: whoever held it may have moved the campaign.
  return getCampaign(scope, tx, id);
}

/** Campaigns, newest first, from the place after `after`. */
export async function listCampaigns(
  scope: TenantScope,
  tx: Tx,
  after: string | undefined,
  take: number,
): Promise<CampaignRow[]> {
  return tx.rows<CampaignRow>(
    `select ${columns} from ${source}
     where c.tenant_id = $1 and c.kind = 'campaign' and ($2::uuid is null or c.id < $2) order by c.id desc limit $3`,
    [scope.tenantId, after ?? null, take],
  );
}

/** What a draft is made of. */
export interface NewCampaign {
  name: string;
  templateId: string | null;
  networkTemplate: NetworkTemplateUse | null;
  body: string;
  connectionId: string;
  poolId: string | null;
  audience: Audience;
  unknownPolicy: UnknownPolicy;
  ratePerSecond: number | null;
  hours: SendingHours | null;
}

/** Stores a draft with its counters; answers its UUID. */
export async function insertCampaign(scope: TenantScope, tx: Tx, input: NewCampaign): Promise<string> {
  const { id } = await tx.one<{ id: string }>(
    `with made as (
       insert into campaigns (tenant_id, name, template_id, body, connection_id, audience, unknown_policy,
         rate_per_second, timezone, created_by, hours, pool_id, network_template)
       select $1, $2, $3, $4, $5, $6, $7, $8, coalesce((select timezone from tenants where id = $1), 'UTC'), $9, $10, $11, $12
       returning id
     ), counted as (
       insert into campaign_counters (campaign_id, tenant_id) select id, $1 from made
     )
     select id from made`,
    [
      scope.tenantId,
      input.name,
      input.templateId,
      input.body,
      input.connectionId,
      JSON.stringify(input.audience),
      input.unknownPolicy,
      input.ratePerSecond,
      scope.actor.kind === 'user' ? scope.actor.userId : null,
      input.hours === null ? null : JSON.stringify(input.hours),
      input.poolId,
      input.networkTemplate === null ? null : JSON.stringify(input.networkTemplate),
    ],
  );
  return id;
}

export async function deleteCampaign(scope: TenantScope, tx: Tx, id: string): Promise<void> {
  await tx.run('delete from campaigns where tenant_id = $1 and id = $2', [scope.tenantId, id]);
}
