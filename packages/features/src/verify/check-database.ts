import type { Tx } from '@zaphub/db';
import type { InvariantName } from './invariants.ts';
import type { ViolationList } from './violation-list.ts';

interface DatabaseCheck {
  readonly invariant: InvariantName;
  readonly problem: string;
  /** Answers `id` of each violation. $1: the campaign, or null for all; $2: seconds of grace for what heals itself. */
  readonly query: string;
}

const ofCampaign = (column: string): string => `($1::uuid is null or ${column} = $1)`;

/** Each is one statement, so that it sees one moment even while the engine is at work. */
const checks: readonly DatabaseCheck[] = [
  {
    invariant: 'complete',
    problem: 'claimed or sending without a claim',
    query: `select m.id from messages m where ${ofCampaign('m.campaign_id')} and m.state in ('claimed', 'sending')
      and not exists (select from claims c where c.id = m.fence) and $2 = $2`,
  },
  {
    invariant: 'complete',
    problem: 'queued and not pending, or pending and not queued',
    query: `select id from messages where ${ofCampaign('campaign_id')} and queued <> (state = 'pending') and $2 = $2`,
  },
  {
    invariant: 'complete',
    problem: 'pending, and no claim will ever find it',
    query: `select m.id from messages m left join campaign_heads h on h.campaign_id = m.campaign_id
      where ${ofCampaign('m.campaign_id')} and $2 = $2
        and (m.retry and m.state <> 'pending'
          or m.state = 'pending' and not m.retry and m.position <= coalesce(h.position, 0))`,
  },
  {
    invariant: 'complete',
    problem: 'the recipients are not numbered from 1 to the total',
    query: `select n.campaign_id as id from campaign_counters n
      join (select campaign_id, min(position) as first, max(position) as last from messages group by 1) m using (campaign_id)
      where ${ofCampaign('n.campaign_id')} and (m.first <> 1 or m.last <> n.total) and $2 = $2`,
  },
  {
    invariant: 'complete',
    problem: 'the campaign has ended and this recipient is still open',
    query: `select m.id from messages m join campaigns c on c.id = m.campaign_id
      where ${ofCampaign('c.id')} and c.status = 'completed' and $2 = $2
        and (m.state in ('pending', 'claimed', 'sending') or (m.state = 'unknown' and m.decided_at is null))`,
  },
  {
    invariant: 'complete',
    problem: 'the campaign is running with nothing left to do',
    query: `select c.id from campaigns c join campaign_counters n on n.campaign_id = c.id
      where ${ofCampaign('c.id')} and c.status = 'running' and c.frozen_at < clock_timestamp() - make_interval(secs => $2)
        and n.updated_at < clock_timestamp() - make_interval(secs => $2)
        and n.total = n.sent + n.delivered + n.read + n.failed + n.dlq + n.skipped + n.unknown
        and not exists (select from messages m where m.campaign_id = c.id and m.state = 'unknown' and m.decided_at is null)`,
  },
  {
    invariant: 'complete',
    problem: 'it came to nothing and is not among the dead letters',
    query: `select m.id from messages m where ${ofCampaign('m.campaign_id')} and m.state = 'dlq' and $2 = $2
      and not exists (select from dead_letters d where d.tenant_id = m.tenant_id and d.message_id = m.id)`,
  },
  {
    invariant: 'counters',
    problem: 'the counters differ from a count of the rows',
    query: `select n.campaign_id as id from campaign_counters n
      left join (
        select campaign_id, count(*) as total,
          count(*) filter (where state = 'sent') as sent, count(*) filter (where state = 'delivered') as delivered,
          count(*) filter (where state = 'read') as read, count(*) filter (where state = 'failed') as failed,
          count(*) filter (where state = 'dlq') as dlq, count(*) filter (where state = 'skipped') as skipped,
          count(*) filter (where state = 'unknown') as unknown
        from messages where ${ofCampaign('campaign_id')} group by campaign_id
      ) m using (campaign_id)
      where ${ofCampaign('n.campaign_id')} and $2 = $2
        and (n.total, n.sent, n.delivered, n.read, n.failed, n.dlq, n.skipped, n.unknown) is distinct from
          (coalesce(m.total, 0), coalesce(m.sent, 0), coalesce(m.delivered, 0), coalesce(m.read, 0),
           coalesce(m.failed, 0), coalesce(m.dlq, 0), coalesce(m.skipped, 0), coalesce(m.unknown, 0))`,
  },
  {
    invariant: 'counters',
    problem: 'the campaign has rows and no counters',
    query: `select c.id from campaigns c where ${ofCampaign('c.id')} and $2 = $2
      and not exists (select from campaign_counters n where n.campaign_id = c.id)
      and exists (select from messages m where m.campaign_id = c.id)`,
  },
  {
    invariant: 'tenants',
    problem: 'the message belongs to another tenant than its campaign, contact or connection',
    query: `select m.id from messages m left join campaigns c on c.id = m.campaign_id
        left join contacts p on p.tenant_id = m.tenant_id and p.id = m.contact_id
        left join connections s on s.id = m.connection_id
      where ${ofCampaign('m.campaign_id')} and $2 = $2
        and (c.tenant_id is distinct from m.tenant_id or s.tenant_id is distinct from m.tenant_id
          or (p.id is null and exists (select from contacts other where other.id = m.contact_id)))`,
  },
  {
    invariant: 'tenants',
    problem: 'the claim belongs to another tenant than its campaign',
    query: `select l.id from claims l left join campaigns c on c.id = l.campaign_id
      where ${ofCampaign('l.campaign_id')} and c.tenant_id is distinct from l.tenant_id and $2 = $2`,
  },
  {
    invariant: 'tenants',
    problem: 'the attempt belongs to another tenant than its message',
    query: `select a.id from message_attempts a left join messages m on m.id = a.message_id
      where ${ofCampaign('a.campaign_id')} and m.tenant_id is distinct from a.tenant_id and $2 = $2`,
  },
  {
    invariant: 'tenants',
    problem: 'the counters belong to another tenant than their campaign',
    query: `select n.campaign_id as id from campaign_counters n left join campaigns c on c.id = n.campaign_id
      where ${ofCampaign('n.campaign_id')} and c.tenant_id is distinct from n.tenant_id and $2 = $2`,
  },
  {
    // A second of tolerance: `opted_out_at` is when the opt-out began, and counts once it has committed.
    invariant: 'stops',
    problem: 'marked to be sent after the contact had opted out',
    query: `select m.id from messages m join contacts p on p.tenant_id = m.tenant_id and p.id = m.contact_id
      where ${ofCampaign('m.campaign_id')} and m.marked_at > p.opted_out_at + interval '1 second' and not m.ignores_opt_out and $2 = $2`,
  },
  {
    invariant: 'limits',
    problem: 'the number was given more sends on a day than its cap',
    query: `select connection_id || ':' || day as id from connection_days where sent > cap and $1::uuid is null and $2 = $2`,
  },
  {
    // Two seconds: whoever was marking when the cap was set had not heard of it.
    invariant: 'limits',
    problem: 'the contact was sent more campaigns within the tenant’s days than its cap allows',
    query: `select m.contact_id as id from messages m join campaigns c on c.id = m.campaign_id and c.kind = 'campaign'
        join tenants t on t.id = m.tenant_id and t.frequency_cap is not null
      where $1::uuid is null and $2 = $2 and m.marked_at > coalesce(t.frequency_set_at, '-infinity') + interval '2 seconds'
        and (m.marked_at at time zone t.timezone)::date > (clock_timestamp() at time zone t.timezone)::date - t.frequency_days
      group by m.tenant_id, m.contact_id, t.frequency_cap having count(*) > t.frequency_cap`,
  },
  {
    invariant: 'tenants',
    problem: 'a pool has a number of another tenant',
    query: `select p.connection_id as id from sender_pool_members p join connections s on s.id = p.connection_id
      where s.tenant_id <> p.tenant_id and $1::uuid is null and $2 = $2`,
  },
  {
    invariant: 'events',
    problem: 'the tenant’s events have a gap or do not end at the head',
    query: `select h.tenant_id as id from event_heads h
      join (select tenant_id, count(*) as n, min(event_offset) as first, max(event_offset) as last from events group by 1) e
        using (tenant_id)
      where (e.n <> e.last - e.first + 1 or e.last <> h.last_offset) and $1::uuid is null and $2 = $2`,
  },
  {
    invariant: 'bounded',
    problem: 'due in the outbox and not relayed',
    query: `select id from outbox where due_at < clock_timestamp() - make_interval(secs => $2) and $1::uuid is null`,
  },
  {
    invariant: 'bounded',
    problem: 'the claim’s lease ended and nobody took it back',
    query: `select id from claims where lease_until < clock_timestamp() - make_interval(secs => $2) and ${ofCampaign('campaign_id')}`,
  },
];

/** Runs every check that the database alone can answer. */
export async function checkDatabase(
  tx: Tx,
  options: { readonly campaignId: string | undefined; readonly graceMs: number },
  violations: ViolationList,
): Promise<void> {
  for (const { invariant, problem, query } of checks) {
    const found = await tx.rows<{ id: string | number }>(query, [
      options.campaignId ?? null,
      options.graceMs / 1000,
    ]);
    for (const { id } of found) violations.add(invariant, String(id), problem);
  }
}
