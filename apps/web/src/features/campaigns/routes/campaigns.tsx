import { useQuery } from '@tanstack/react-query';
import { CalendarOff, CircleAlert, Megaphone, Plus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { EmptyState } from '#components/empty-state.tsx';
import { Page } from '#components/page.tsx';
import { Pager } from '#components/pager.tsx';
import { QueryView } from '#components/query-view.tsx';
import { RowsSkeleton } from '#components/rows-skeleton.tsx';
import { ButtonLink } from '#components/ui/button-link.tsx';
import { useLivePoll } from '#lib/live-state.ts';
import { useApi } from '#lib/services.tsx';
import { useCan } from '#lib/workspace.ts';
import { campaignsQuery } from '../api/list-campaigns.ts';
import { CampaignRow } from '../components/campaign-row.tsx';

/** All campaigns, newest first; those that run move by themselves. */
export function CampaignsRoute() {
  const { t } = useTranslation();
  const [parameters] = useSearchParams();
  const canSend = useCan('operator');
  const options = campaignsQuery(useApi(), { cursor: parameters.get('after') ?? undefined });
  const campaigns = useQuery({ ...options, refetchInterval: useLivePoll(true) });
  const failures = (
    // On phones there is no room for it beneath a thumb.
    <ButtonLink to="/failures" variant="secondary" className="md:hidden">
      <CircleAlert aria-hidden />
      {t('common.nav.failures')}
    </ButtonLink>
  );
  const action = canSend ? (
    <ButtonLink to="/campaigns/new">
      <Plus aria-hidden />
      {t('campaigns.new')}
    </ButtonLink>
  ) : undefined;
  return (
    <Page
      title={t('campaigns.title')}
      note={t('campaigns.note')}
      width="wide"
      actions={
        <>
          {failures}
          <ButtonLink to="/campaigns/holidays" variant="secondary">
            <CalendarOff aria-hidden />
            <span className="sr-only sm:not-sr-only">{t('campaigns.holidays.title')}</span>
          </ButtonLink>
          {action}
        </>
      }
    >
      <div className="card overflow-hidden">
        <QueryView query={campaigns} what={t('campaigns.failed')} skeleton={<RowsSkeleton rows={6} />}>
          {(page) =>
            page.data.length === 0 ? (
              <EmptyState icon={<Megaphone />} title={t('campaigns.empty.title')} action={action}>
                {t('campaigns.empty.body')}
              </EmptyState>
            ) : (
              <ul aria-label={t('campaigns.title')} className="divide-y">
                {page.data.map((campaign) => (
                  <CampaignRow key={campaign.id} campaign={campaign} />
                ))}
              </ul>
            )
          }
        </QueryView>
      </div>
      <Pager nextCursor={campaigns.data?.next_cursor ?? null} />
    </Page>
  );
}
