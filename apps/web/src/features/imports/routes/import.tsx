import type { ImportJob } from '@zaphub/types';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { Page } from '#components/page.tsx';
import { QueryView } from '#components/query-view.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { useLivePoll } from '#lib/live-state.ts';
import { useApi } from '#lib/services.tsx';
import { importQuery } from '../api/get-import.ts';
import { ImportProgress } from '../components/import-progress.tsx';
import { ImportResult } from '../components/import-result.tsx';
import { MappingForm } from '../components/mapping-form.tsx';

/** One import, in whatever state it is: waiting for its mapping, running, or done. */
export function ImportRoute() {
  const { t } = useTranslation();
  const { importId = '' } = useParams();
  const options = importQuery(useApi(), importId);
  const pollMs = useLivePoll(true);
  const job = useQuery({
    ...options,
    refetchInterval: ({ state }) => (state.data !== undefined && isMoving(state.data) ? pollMs : false),
  });
  return (
    <Page
      title={job.data?.filename ?? t('imports.new')}
      heading={job.isPending ? null : undefined}
      back={{ to: '/contacts/imports', label: t('imports.backToHistory') }}
      width={job.data?.status === 'uploaded' ? 'wide' : 'narrow'}
    >
      <QueryView
        query={job}
        what={t('imports.oneFailed')}
        skeleton={<Skeleton className="h-80 rounded-2xl" />}
      >
        {(data) => <Face job={data} />}
      </QueryView>
    </Page>
  );
}

function Face({ job }: { job: ImportJob }) {
  if (job.status === 'uploaded') return <MappingForm job={job} />;
  return isMoving(job) ? <ImportProgress job={job} /> : <ImportResult job={job} />;
}

function isMoving(job: ImportJob): boolean {
  return job.status === 'queued' || job.status === 'running';
}
