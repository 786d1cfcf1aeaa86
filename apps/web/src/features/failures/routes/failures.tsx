import { useQuery } from '@tanstack/react-query';
import { CircleCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '#components/empty-state.tsx';
import { Page } from '#components/page.tsx';
import { QueryView } from '#components/query-view.tsx';
import { RowsSkeleton } from '#components/rows-skeleton.tsx';
import { useApi } from '#lib/services.tsx';
import { causesQuery } from '../api/failures.ts';
import { CauseCard } from '../components/cause-card.tsx';

const refreshMs = 10_000;

/** What failed, by why; nothing fails twice a second, so it is asked again now and then. */
export function FailuresRoute() {
  const { t } = useTranslation();
  const causes = useQuery({ ...causesQuery(useApi()), refetchInterval: refreshMs });
  return (
    <Page
      title={t('failures.title')}
      note={t('failures.note')}
      back={{ to: '/campaigns', label: t('campaigns.title') }}
    >
      <QueryView
        query={causes}
        what={t('failures.failed')}
        skeleton={
          <div className="card">
            <RowsSkeleton rows={3} />
          </div>
        }
      >
        {({ data, has_more: hasMore }) =>
          data.length === 0 ? (
            <div className="card">
              <EmptyState icon={<CircleCheck />} title={t('failures.empty.title')}>
                {t('failures.empty.body')}
              </EmptyState>
            </div>
          ) : (
            <>
              <ul aria-label={t('failures.title')} className="flex flex-col gap-3">
                {data.map((cause) => (
                  <CauseCard
                    key={`${cause.campaign_id} ${cause.connection_id} ${cause.code}`}
                    cause={cause}
                  />
                ))}
              </ul>
              {hasMore ? <p className="text-sm text-muted-foreground">{t('failures.more')}</p> : null}
            </>
          )
        }
      </QueryView>
    </Page>
  );
}
