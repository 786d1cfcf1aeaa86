import { useQuery } from '@tanstack/react-query';
import { FileSpreadsheet, Upload } from 'lucide-react';
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
import { importsQuery } from '../api/list-imports.ts';
import { ImportRow } from '../components/import-row.tsx';

/** All imports, newest first. */
export function ImportsRoute() {
  const { t } = useTranslation();
  const [parameters] = useSearchParams();
  const options = importsQuery(useApi(), { cursor: parameters.get('after') ?? undefined });
  const imports = useQuery({ ...options, refetchInterval: useLivePoll(true) });
  const action = (
    <ButtonLink to="/contacts/imports/new">
      <Upload aria-hidden />
      {t('imports.new')}
    </ButtonLink>
  );
  return (
    <Page title={t('imports.title')} back={{ to: '/contacts', label: t('imports.back') }} actions={action}>
      <div className="card overflow-hidden">
        <QueryView query={imports} what={t('imports.failed')} skeleton={<RowsSkeleton rows={5} />}>
          {(page) =>
            page.data.length === 0 ? (
              <EmptyState icon={<FileSpreadsheet />} title={t('imports.empty.title')} action={action}>
                {t('imports.empty.body')}
              </EmptyState>
            ) : (
              <ul aria-label={t('imports.title')} className="divide-y">
                {page.data.map((job) => (
                  <ImportRow key={job.id} job={job} />
                ))}
              </ul>
            )
          }
        </QueryView>
      </div>
      <Pager nextCursor={imports.data?.next_cursor ?? null} />
    </Page>
  );
}
