import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Page } from '#components/page.tsx';
import { QueryView } from '#components/query-view.tsx';
import { RowsSkeleton } from '#components/rows-skeleton.tsx';
import { useApi } from '#lib/services.tsx';
import { settingsQuery } from '../api/settings.ts';
import { LogCard, UploadCard } from '../components/file-card.tsx';
import { WordsCard } from '../components/words-card.tsx';

/** How people say that they want no messages, lists of them from elsewhere, and the log of it all. */
export function OptOutsRoute() {
  const { t } = useTranslation();
  const settings = useQuery(settingsQuery(useApi()));
  return (
    <Page
      title={t('optOuts.title')}
      note={t('optOuts.note')}
      back={{ to: '/contacts', label: t('contacts.title') }}
    >
      <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <QueryView query={settings} what={t('optOuts.failed')} skeleton={<RowsSkeleton rows={6} />}>
          {(data) => <WordsCard settings={data} />}
        </QueryView>
        <div className="flex min-w-0 flex-col gap-5">
          <UploadCard />
          <LogCard />
        </div>
      </div>
    </Page>
  );
}
