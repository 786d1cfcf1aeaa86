import { networkTemplateUse, sendingHours, toPublicId } from '@zaphub/types';
import type { Campaign, CampaignCounters, CampaignStall, Message } from '@zaphub/types';
import type { MessageRow } from './message-queries.ts';
import type { CampaignRow } from './queries.ts';

/** A campaign as the api shows it. */
export function presentCampaign(row: CampaignRow): Campaign {
  return {
    id: toPublicId('campaign', row.id),
    name: row.name,
    template_id: row.template_id === null ? null : toPublicId('template', row.template_id),
    network_template: networkTemplateUse.nullable().parse(row.network_template),
    body: row.body,
    connection_id: toPublicId('connection', row.connection_id),
    sender_pool_id: row.pool_id === null ? null : toPublicId('sender_pool', row.pool_id),
    audience: row.audience,
    status: row.status,
    unknown_policy: row.unknown_policy,
    rate_per_second: row.rate_per_second === null ? null : Number(row.rate_per_second),
    scheduled_at: row.scheduled_at?.toISOString() ?? null,
    timezone: row.timezone,
    clock: row.clock,
    starts_at_local: row.starts_at_local,
    hours: row.hours === null ? null : sendingHours.parse(row.hours),
    opens_at: row.opens_at?.toISOString() ?? null,
    closes_at: row.closes_at?.toISOString() ?? null,
    late_policy: row.late_policy,
    late_after_seconds: row.late_after_s,
    held:
      row.hold_cause === null || row.hold_since === null
        ? null
        : { cause: row.hold_cause, since: row.hold_since.toISOString() },
    counters: presentCounters(row),
    stall: presentStall(row),
    error: row.error_code === null ? null : { code: row.error_code, detail: row.error_detail },
    created_at: row.created_at.toISOString(),
    started_at: row.started_at?.toISOString() ?? null,
    finished_at: row.finished_at?.toISOString() ?? null,
  };
}

/** Why a running campaign stands still; null for one that goes on, or does not run. */
export function presentStall(row: CampaignRow): CampaignStall | null {
  if (row.status !== 'running' || row.stall_cause === null || row.stall_since === null) return null;
  return {
    cause: row.stall_cause,
    detail: row.stall_detail,
    since: row.stall_since.toISOString(),
    until: row.stall_until?.toISOString() ?? null,
  };
}

/** The counters, with what is still open worked out from the rest. */
export function presentCounters(row: Omit<CampaignCounters, 'open'>): CampaignCounters {
  const { total, sent, delivered, read, failed, dlq, skipped, unknown } = row;
  const open = total - sent - delivered - read - failed - dlq - skipped - unknown;
  return { total, open, sent, delivered, read, failed, dlq, skipped, unknown };
}

/** A recipient as the api shows it. */
export function presentMessage(row: MessageRow): Message {
  return {
    id: toPublicId('message', row.id),
    contact_id: toPublicId('contact', row.contact_id),
    contact_name: row.contact_name,
    recipient: row.recipient,
    state: row.state,
    attempts: row.attempts,
    reason: row.reason,
    sent_at: row.sent_at?.toISOString() ?? null,
    delivered_at: row.delivered_at?.toISOString() ?? null,
    read_at: row.read_at?.toISOString() ?? null,
  };
}
