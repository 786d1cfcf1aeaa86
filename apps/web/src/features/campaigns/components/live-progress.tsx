import type { Campaign } from '@zaphub/types';
import { useTranslation } from 'react-i18next';
import { FormAlert } from '#components/form-alert.tsx';
import { UpdatedAgo } from '#components/updated-ago.tsx';
import { Progress } from '#components/ui/progress.tsx';
import { useDuration } from '#lib/use-duration.ts';
import { useFormat } from '#lib/use-format.ts';
import { useNow } from '#lib/use-now.ts';
import { useWorkspace } from '#lib/workspace.ts';
import { done01, doneOf, isActive, isOver, segmentsOf } from './campaign-facts.ts';
import { useSendRate } from './use-send-rate.ts';

/** How far a campaign is: one big number, what it is made of, how fast, and how long it will still take. */
export function LiveProgress({ campaign, updatedAt }: { campaign: Campaign; updatedAt: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { counters, status } = campaign;
  const share = done01(counters);
  const note = useNote(campaign);
  return (
    <section className="card p-5 sm:p-6" aria-label={t('campaigns.live.progress')}>
      <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-1">
        <div>
          <p
            className="text-5xl leading-none font-semibold tracking-tighter tabular-nums"
            data-testid="campaign-percent"
          >
            {format.percent(share)}
          </p>
          <p className="mt-2 text-sm text-muted-foreground tabular-nums" aria-live="polite">
            {status === 'preparing'
              ? t('campaigns.live.preparing', { count: counters.total })
              : t('campaigns.live.done', {
                  done: format.number(doneOf(counters)),
                  total: format.number(counters.total),
                })}
          </p>
        </div>
        <Facts campaign={campaign} />
      </div>
      <Progress
        value01={status === 'preparing' && counters.total === 0 ? null : share}
        segments={segmentsOf(counters)}
        label={t('campaigns.live.progress')}
        className="mt-5 h-3"
      />
      {note === '' && isOver(status) ? null : (
        <div className="mt-2.5 flex min-h-5 flex-wrap items-center justify-between gap-2 text-[0.8125rem] text-muted-foreground">
          <span className="text-pretty">{note}</span>
          {isOver(status) ? null : <UpdatedAgo at={updatedAt} />}
        </div>
      )}
      {campaign.error === null ? null : (
        <div className="mt-4">
          <FormAlert>
            <strong className="font-medium">{t('campaigns.live.failedTitle')}</strong>:{' '}
            <Why error={campaign.error} />
          </FormAlert>
        </div>
      )}
    </section>
  );
}

/** Plain words for what a network says, with its own behind them; the code of what is new. */
function Why({ error }: { error: NonNullable<Campaign['error']> }) {
  const { t, i18n } = useTranslation();
  const key = `campaigns.reason.${error.code}`;
  if (!i18n.exists(key)) return error.detail ?? error.code;
  return error.detail === null ? t(key) : `${t(key)} (${error.detail})`;
}

/** What a reader should know about the state, beyond the numbers. */
function useNote({ status, counters, stall, unknown_policy: policy }: Campaign): string {
  const { t } = useTranslation();
  // The card above says it.
  if (status === 'running' && stall !== null) return '';
  if (status === 'paused') return t('campaigns.live.paused');
  if (status === 'cancelled') {
    return counters.total === 0 ? t('campaigns.live.cancelledBefore') : t('campaigns.live.cancelled');
  }
  const waits = status === 'running' && counters.open === 0 && counters.unknown > 0 && policy === 'ask';
  return waits ? t('campaigns.live.waitingUnknown') : '';
}

function Facts({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation();
  const format = useFormat();
  const duration = useDuration();
  const now = useNow(30_000);
  const { tenant } = useWorkspace();
  const isRunning = campaign.status === 'running';
  const rate = useSendRate(campaign.counters, isRunning);
  const { started_at: startedAt, finished_at: finishedAt } = campaign;
  const facts: [string, string][] = [];
  if (isRunning && campaign.counters.open > 0) {
    facts.push([
      t('campaigns.live.speed'),
      rate === null
        ? t('campaigns.live.measuring')
        : t('campaigns.live.speedValue', { value: format.number(Math.round(rate * 10) / 10) }),
    ]);
    if (rate !== null && rate > 0)
      facts.push([t('campaigns.live.left'), duration(campaign.counters.open / rate)]);
  }
  if (startedAt !== null && isActive(campaign.status))
    facts.push([t('campaigns.live.started'), format.ago(startedAt, now)]);
  if (finishedAt !== null) {
    facts.push([t('campaigns.live.finished'), format.dateTime(finishedAt, tenant.timezone)]);
    if (startedAt !== null) {
      const seconds = (new Date(finishedAt).getTime() - new Date(startedAt).getTime()) / 1000;
      facts.push([t('campaigns.live.took'), duration(seconds)]);
    }
  }
  return (
    <dl className="flex min-h-11 flex-wrap gap-x-7 gap-y-2 pt-2 sm:pt-0">
      {facts.map(([label, value]) => (
        <div key={label}>
          <dt className="text-xs text-muted-foreground">{label}</dt>
          <dd className="text-[0.9375rem] font-semibold tracking-tight tabular-nums">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
