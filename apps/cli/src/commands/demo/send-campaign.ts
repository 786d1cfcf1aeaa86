import { setTimeout as delay } from 'node:timers/promises';
import type { Database, TenantScope } from '@zaphub/db';
import { createCampaign, createTemplate, getCampaign, startCampaign } from '@zaphub/features';
import type { CampaignRow } from '@zaphub/features';
import { toPublicId } from '@zaphub/types';
import type { ProgressBar } from './progress-bar.ts';

/** How one campaign of the demo is to go. */
export interface SendOptions {
  readonly body: string;
  readonly ratePerSecond: number | null;
  readonly labels: { readonly preparing: string; readonly sending: string; readonly receipts: string };
  readonly bar: ProgressBar;
  readonly signal: AbortSignal;
}

const pollMs = 200;
/** Receipts come within seconds; when nothing has changed for so long, none will. */
const quietMs = 15_000;

/** Makes a campaign to everybody, starts it, and waits until all is sent and the receipts are in. */
export async function sendCampaign(
  db: Database,
  scope: TenantScope,
  options: SendOptions,
): Promise<{ campaign: CampaignRow; sendSeconds: number }> {
  const template = await createTemplate({ db }, scope, { name: 'Demo', body: options.body });
  const draft = await createCampaign({ db }, scope, {
    name: 'Demo',
    template_id: toPublicId('template', template.id),
    audience: { kind: 'all' },
    unknown_policy: 'at_most_once',
    rate_per_second: options.ratePerSecond,
  });
  const startedAt = performance.now();
  await startCampaign({ db }, scope, draft.id);
  await watch(db, scope, draft.id, options);
  const sendSeconds = (performance.now() - startedAt) / 1000;
  const campaign = await settle(db, scope, draft.id, options);
  return { campaign, sendSeconds };
}

async function watch(db: Database, scope: TenantScope, id: string, options: SendOptions): Promise<void> {
  const { bar, labels, signal } = options;
  bar.begin(labels.preparing);
  let isSending = false;
  for (;;) {
    const campaign = await look(db, scope, id);
    if (campaign.status === 'preparing') bar.update(campaign.total, 0);
    else {
      if (!isSending) bar.begin(labels.sending);
      isSending = true;
      bar.update(campaign.total - openOf(campaign), campaign.total);
    }
    if (['completed', 'cancelled', 'failed'].includes(campaign.status)) return;
    await delay(pollMs, undefined, { signal });
  }
}

/** Waits for the receipt of every message that was sent, and no longer than there is news. */
async function settle(
  db: Database,
  scope: TenantScope,
  id: string,
  { bar, labels, signal }: SendOptions,
): Promise<CampaignRow> {
  bar.begin(labels.receipts);
  let [lastSent, changedAt] = [-1, performance.now()];
  for (;;) {
    const campaign = await look(db, scope, id);
    const accepted = campaign.sent + campaign.delivered + campaign.read;
    bar.update(accepted - campaign.sent, accepted);
    if (campaign.sent !== lastSent) [lastSent, changedAt] = [campaign.sent, performance.now()];
    if (campaign.sent === 0 || performance.now() - changedAt > quietMs) {
      bar.end();
      return campaign;
    }
    await delay(pollMs, undefined, { signal });
  }
}

function look(db: Database, scope: TenantScope, id: string): Promise<CampaignRow> {
  return db.tenant(scope, (tx) => getCampaign(scope, tx, id));
}

function openOf(row: CampaignRow): number {
  const { total, sent, delivered, read, failed, dlq, skipped, unknown } = row;
  return total - sent - delivered - read - failed - dlq - skipped - unknown;
}
