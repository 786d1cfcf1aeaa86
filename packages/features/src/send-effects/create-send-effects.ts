import { type Database, systemScope, type TenantScope, type Tx } from '@zaphub/db';
import type { SendEffect, SendOutcome } from '@zaphub/providers';
import { haltCampaign } from '../campaigns/index.ts';
import { holdConnection } from '../connections/index.ts';
import type { AnsweredBatch, ApplyEffects } from '../lanes/index.ts';
import { optOut } from '../opt-outs/index.ts';
import { slowDown } from './slow-down.ts';

type Failure = Exclude<SendOutcome, { readonly kind: 'sent' }>;

/**
 * Carries out what answers mean beyond their messages: a number is held or slowed down, a campaign is paused, a
 * person is opted out, each with the network's own words. All of a batch in one transaction; doing it twice is
 * harmless. Waiting for one person (`wait_recipient`) is that message's own affair.
 */
export function createSendEffects(deps: { readonly db: Database }): ApplyEffects {
  return async (batch) => {
    const found = effectsOf(batch);
    if (found.size === 0) return;
    const scope = systemScope(batch.tenantId);
    await deps.db.tenant(scope, async (tx) => {
      for (const [effect, answers] of found) await apply(tx, scope, { batch, effect, answers });
    });
  };
}

interface Found {
  readonly batch: AnsweredBatch;
  readonly effect: SendEffect;
  readonly answers: readonly { readonly contactId: string; readonly outcome: Failure }[];
}

async function apply(tx: Tx, scope: TenantScope, { batch, effect, answers }: Found): Promise<void> {
  const [first] = answers;
  if (first === undefined) return;
  const cause = first.outcome.code;
  const words = wordsOf(first.outcome);
  const detail = words === '' ? {} : { detail: words };
  switch (effect) {
    case 'pause_connection': {
      const until = await inMs(tx, Math.max(...answers.map(({ outcome }) => waitOf(outcome))));
      await holdConnection(tx, scope, batch.connectionId, { cause, ...detail, ...until });
      return;
    }
    case 'slow_down':
      await slowDown(tx, scope, batch.connectionId, { cause, ...detail });
      return;
    case 'pause_campaign':
      await haltCampaign(tx, scope, batch.campaignId, { code: cause, ...detail });
      return;
    case 'opt_out':
      await optOut(tx, scope, {
        contactIds: answers.map(({ contactId }) => contactId),
        source: 'provider',
        evidence: [cause, words].filter(Boolean).join(': '),
        by: 'contact',
      });
      return;
    case 'wait_recipient':
      return;
    default:
      effect satisfies never;
  }
}

/** Every answer with an effect, by effect. */
function effectsOf({ answers }: AnsweredBatch): ReadonlyMap<SendEffect, Found['answers']> {
  const found = new Map<SendEffect, Found['answers'][number][]>();
  for (const { contactId, outcome } of answers) {
    if (outcome.kind === 'sent' || outcome.effect === undefined) continue;
    const same = found.get(outcome.effect);
    if (same === undefined) found.set(outcome.effect, [{ contactId, outcome }]);
    else same.push({ contactId, outcome });
  }
  return found;
}

const waitOf = (outcome: Failure): number => (outcome.kind === 'not_sent' ? (outcome.retryAfterMs ?? 0) : 0);

/** So far ahead by the database's clock; nothing when the network named no time: somebody has to act. */
async function inMs(tx: Tx, ms: number): Promise<{ until?: Date }> {
  if (ms <= 0) return {};
  const { until } = await tx.one<{ until: Date }>(
    `select clock_timestamp() + $1::float8 * interval '1 millisecond' as until`,
    [ms],
  );
  return { until };
}

/** What the network said, for support. */
function wordsOf({ error }: Failure): string {
  if (error === undefined) return '';
  const { code, httpStatus, details, traceId } = error;
  const number = code === undefined ? (httpStatus === undefined ? '' : `HTTP ${httpStatus}`) : `(${code})`;
  return [number, details, traceId === undefined ? undefined : `[${traceId}]`].filter(Boolean).join(' ');
}
