import type { Database } from '@zaphub/db';
import type { SendOutcome } from '@zaphub/providers';
import type { Logger } from '@zaphub/telemetry';

/** What happened to messages of one number. */
export interface HealthCounts {
  readonly sent?: number;
  /** Refused, or known to have failed. */
  readonly failed?: number;
  /** Of the failed ones: the network or the person wants no more of this. */
  readonly blocked?: number;
}

/** The number that it happened to. */
export interface HealthSubject {
  readonly tenantId: string;
  readonly connectionId: string;
}

/** Counts what happens to numbers, for the judgement of their health. */
export interface HealthCounter {
  /** Cheap: it is added up here, and written every two seconds. */
  note(subject: HealthSubject, counts: HealthCounts): void;
  /** Writes what is counted. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

const everyMs = 2_000;

/** The network or the person wants no more of this. */
const blocks: ReadonlySet<string> = new Set([
  'blocked',
  'recipient_blocked',
  'marketing_opted_out',
  'quality_limit',
]);

/** What a batch of answers says about the number that sent it. */
export function countAnswers(outcomes: readonly SendOutcome[]): HealthCounts {
  let [sent, failed, blocked] = [0, 0, 0];
  for (const outcome of outcomes) {
    if (outcome.kind === 'sent') sent++;
    else if (outcome.kind === 'refused') {
      failed++;
      if (outcome.effect === 'opt_out' || blocks.has(outcome.code)) blocked++;
    }
  }
  return { sent, failed, blocked };
}

/** Adds counts to the present ten minutes, all numbers in one statement; in one order, so that two never wait for each other. */
const add = `
insert into number_counts as n (tenant_id, connection_id, slot, sent, failed, blocked)
select u.tenant_id, u.connection_id, date_bin('10 minutes', clock_timestamp(), '2000-01-01'), u.sent, u.failed, u.blocked
from unnest($1::uuid[], $2::uuid[], $3::int[], $4::int[], $5::int[]) as u (tenant_id, connection_id, sent, failed, blocked)
where exists (select from connections s where s.tenant_id = u.tenant_id and s.id = u.connection_id)
order by u.connection_id
on conflict (tenant_id, connection_id, slot) do update
  set sent = n.sent + excluded.sent, failed = n.failed + excluded.failed, blocked = n.blocked + excluded.blocked`;

interface Sum extends HealthSubject {
  sent: number;
  failed: number;
  blocked: number;
}

/**
 * Counts of a process that dies before it has written them are lost: up to two seconds of what happened. They judge a
 * number's health and start a day's cap; nothing is decided about a recipient by them.
 */
export function createHealthCounter(deps: { readonly db: Database; readonly logger: Logger }): HealthCounter {
  let sums = new Map<string, Sum>();
  let writing: Promise<void> = Promise.resolve();

  const write = async (): Promise<void> => {
    if (sums.size === 0) return;
    const all = [...sums.values()];
    sums = new Map();
    try {
      await deps.db.statement('health_add', add, [
        all.map((sum) => sum.tenantId),
        all.map((sum) => sum.connectionId),
        all.map((sum) => sum.sent),
        all.map((sum) => sum.failed),
        all.map((sum) => sum.blocked),
      ]);
    } catch (error) {
      deps.logger.warn('what happened to numbers could not be counted', { error });
    }
  };
  const flush = (): Promise<void> => (writing = writing.then(write));
  const timer = setInterval(() => void flush(), everyMs);
  timer.unref();
  return {
    note({ tenantId, connectionId }, { sent = 0, failed = 0, blocked = 0 }) {
      const sum = sums.get(connectionId) ?? { tenantId, connectionId, sent: 0, failed: 0, blocked: 0 };
      sums.set(connectionId, sum);
      sum.sent += sent;
      sum.failed += failed;
      sum.blocked += blocked;
    },
    flush,
    async close() {
      clearInterval(timer);
      await flush();
    },
  };
}
