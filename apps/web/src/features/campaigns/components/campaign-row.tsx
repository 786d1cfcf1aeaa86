import type { Campaign } from '@zaphub/types';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Progress } from '#components/ui/progress.tsx';
import { useFormat } from '#lib/use-format.ts';
import { useNow } from '#lib/use-now.ts';
import { done01, doneOf, segmentsOf } from './campaign-facts.ts';
import { CampaignStatusBadge } from './campaign-status-badge.tsx';
import { StallLine } from './stall-line.tsx';

/** One campaign in a list, with its progress. The whole row leads to it. */
export function CampaignRow({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow(30_000);
  const { counters } = campaign;
  const hasList = counters.total > 0;

  function when(): string {
    if (campaign.status === 'scheduled' && campaign.scheduled_at !== null) {
      return t('campaigns.row.starts', { when: format.relative(campaign.scheduled_at, now) });
    }
    if (campaign.finished_at !== null)
      return t('campaigns.row.finished', { when: format.ago(campaign.finished_at, now) });
    if (campaign.started_at !== null)
      return t('campaigns.row.started', { when: format.ago(campaign.started_at, now) });
    return t('campaigns.row.created', { when: format.ago(campaign.created_at, now) });
  }

  return (
    <li className="relative grid min-h-[4.25rem] items-center gap-x-6 gap-y-2 px-4 py-3 transition-colors hover:bg-muted/50 sm:grid-cols-[minmax(0,1fr)_minmax(0,15rem)_6.5rem] sm:px-5">
      <div className="min-w-0 pr-24 sm:pr-0">
        <Link
          to={`/campaigns/${campaign.id}`}
          className="block truncate text-sm font-medium after:absolute after:inset-0"
        >
          {campaign.name}
        </Link>
        <p className="truncate text-[0.8125rem] text-muted-foreground">
          {[audienceText(), when()].join(' · ')}
        </p>
      </div>
      <div className={hasList ? 'min-w-0' : 'hidden min-w-0 sm:block'}>
        {hasList ? (
          <>
            <Progress
              value01={done01(counters)}
              segments={segmentsOf(counters)}
              label={t('campaigns.row.progressLabel', { name: campaign.name })}
            />
            <p className="mt-1.5 flex justify-between text-xs text-muted-foreground tabular-nums">
              <span>
                {t('campaigns.row.progress', {
                  done: format.number(doneOf(counters)),
                  total: format.number(counters.total),
                })}
              </span>
              <span>{format.percent(done01(counters))}</span>
            </p>
          </>
        ) : null}
      </div>
      <div className="absolute top-3 right-4 sm:static sm:justify-self-end">
        <CampaignStatusBadge status={campaign.status} />
      </div>
      {campaign.stall === null ? null : <StallLine stall={campaign.stall} />}
    </li>
  );

  function audienceText(): string {
    return campaign.audience.kind === 'all'
      ? t('campaigns.audience.all')
      : t('campaigns.audience.tag', { tag: campaign.audience.tag });
  }
}
