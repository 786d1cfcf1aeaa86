import type { Database, TenantScope } from '@zaphub/db';
import { toPublicId } from '@zaphub/types';
import type { Audience, Preflight, SkipReason } from '@zaphub/types';
import { compileTemplate } from '../templates/index.ts';
import { countAudience, sampleRecipients } from './queries.ts';

const sampleSize = 3;

/** What is about to be sent, and how fast it may go. */
export interface PreflightInput {
  audience: Audience;
  body: string;
  /** Messages a second that the connection and the campaign allow; null for no limit. */
  ratesPerSecond: readonly (number | null)[];
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
  const { counts, recipients } = await deps.db.tenant(scope, async (tx) => ({
    counts: await countAudience(scope, tx, input.audience, template.required),
    recipients: await sampleRecipients(scope, tx, input.audience, template.required, sampleSize),
  }));
  const reasons: SkipReason[] = ['opted_out', 'no_phone', 'missing_variable'];
  const skipped = reasons
    .map((reason) => ({ reason, count: countOf(counts, reason) }))
    .filter((each) => each.count > 0);
  const willReceive = skipped.reduce((left, each) => left - each.count, counts.total);
  return {
    total: counts.total,
    will_receive: willReceive,
    skipped,
    missing_variables: counts.missing.filter((each) => each.contacts > 0),
    estimated_seconds: estimateSeconds(willReceive, input.ratesPerSecond),
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

/** By the slowest of the limits; `null` when nothing limits the pace. */
function estimateSeconds(messages: number, ratesPerSecond: readonly (number | null)[]): number | null {
  const limits = ratesPerSecond.filter((rate) => rate !== null);
  return limits.length === 0 ? null : Math.ceil(messages / Math.min(...limits));
}
