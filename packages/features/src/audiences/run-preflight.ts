import type { Database, TenantScope } from '@zaphub/db';
import { toPublicId } from '@zaphub/types';
import type { Audience, Preflight, SkipReason } from '@zaphub/types';
import { compileTemplate } from '../templates/index.ts';
import { countProblems } from './audience-problems.ts';
import { countAudience, sampleRecipients } from './queries.ts';

const sampleSize = 3;

/** What is about to be sent, and how fast it may go. */
export interface PreflightInput {
  audience: Audience;
  body: string;
  /** When so many messages would begin to go and be gone; absent: now, and nobody knows. */
  expect?(messages: number): ExpectedSending;
}

/** What rates, caps and hours say about a sending. */
export interface ExpectedSending {
  readonly startsAt: Date;
  /** Null when it would not end within a year. */
  readonly finishesAt: Date | null;
  /** False when nothing says how long it takes. */
  readonly isLimited: boolean;
  readonly leftToday: number | null;
}

/**
 * Says who will and will not get a message and why, without sending or storing anything.
 * @throws AppError `template_invalid`
 */
export async function runPreflight(
  deps: { db: Database },
  scope: TenantScope,
  input: PreflightInput,
): Promise<Preflight> {
  const template = compileTemplate(input.body);
  const { counts, problems, recipients } = await deps.db.tenant(scope, async (tx) => ({
    counts: await countAudience(scope, tx, input.audience, template.required),
    problems: await countProblems(scope, tx, input.audience),
    recipients: await sampleRecipients(scope, tx, input.audience, template.required, sampleSize),
  }));
  const reasons: SkipReason[] = ['opted_out', 'no_phone', 'missing_variable'];
  const skipped = reasons
    .map((reason) => ({ reason, count: countOf(counts, reason) }))
    .filter((each) => each.count > 0);
  const reachable = skipped.reduce((left, each) => left - each.count, counts.total);
  const willReceive = Math.max(0, reachable - (problems.skipsCapped ? problems.capped : 0));
  const expected = input.expect?.(willReceive) ?? unlimited();
  const tookMs = (expected.finishesAt?.getTime() ?? 0) - expected.startsAt.getTime();
  return {
    total: counts.total,
    will_receive: willReceive,
    skipped,
    missing_variables: counts.missing.filter((each) => each.contacts > 0),
    estimated_seconds:
      expected.isLimited && expected.finishesAt !== null ? Math.max(0, Math.ceil(tookMs / 1000)) : null,
    invalid: problems.invalid,
    duplicates: problems.duplicates,
    capped: problems.capped,
    left_today: expected.leftToday,
    expected_start_at: expected.startsAt.toISOString(),
    expected_finish_at: expected.isLimited ? (expected.finishesAt?.toISOString() ?? null) : null,
    sample: recipients.map((recipient) => ({
      contact_id: toPublicId('contact', recipient.id),
      name: recipient.name,
      phone: recipient.phone,
      text: template.render(recipient).text,
    })),
  };
}

function countOf(counts: Awaited<ReturnType<typeof countAudience>>, reason: SkipReason): number {
  return reason === 'opted_out' || reason === 'no_phone' || reason === 'missing_variable'
    ? counts[reason]
    : 0;
}

function unlimited(): ExpectedSending {
  return { startsAt: new Date(), finishesAt: null, isLimited: false, leftToday: null };
}
