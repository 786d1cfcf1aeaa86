import type { Holiday } from '@zaphub/types';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { Page } from '#components/page.tsx';
import { QueryView } from '#components/query-view.tsx';
import { RowsSkeleton } from '#components/rows-skeleton.tsx';
import { useToastError } from '#lib/describe-error.ts';
import { useApi } from '#lib/services.tsx';
import { holidaysQuery, useSetHolidays } from '../api/holidays.ts';
import { withHolidays } from '../components/holiday-list.ts';
import { NationalDaysCard } from '../components/national-days-card.tsx';
import { OwnHolidaysCard } from '../components/own-holidays-card.tsx';

/** The days on which no campaign with hours is sent. */
export function HolidaysRoute() {
  const { t } = useTranslation();
  const toastError = useToastError();
  const list = useQuery(holidaysQuery(useApi()));
  const save = useSetHolidays();
  const store = (holidays: readonly Holiday[]): void =>
    save.mutate(holidays, {
      onSuccess: () => toast.success(t('campaigns.holidays.saved')),
      onError: (error) => toastError(t('campaigns.holidays.saveFailed'), error),
    });
  return (
    <Page
      title={t('campaigns.holidays.title')}
      note={t('campaigns.holidays.note')}
      back={{ to: '/campaigns', label: t('campaigns.title') }}
    >
      <QueryView query={list} what={t('campaigns.holidays.failed')} skeleton={<RowsSkeleton rows={6} />}>
        {({ holidays }) => (
          <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_22rem]">
            <OwnHolidaysCard holidays={holidays} busy={save.isPending} onChange={store} />
            <NationalDaysCard
              known={new Set(holidays.map(({ day }) => day))}
              busy={save.isPending}
              onAdd={(more) => store(withHolidays(holidays, more))}
            />
          </div>
        )}
      </QueryView>
    </Page>
  );
}
