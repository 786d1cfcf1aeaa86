import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { Page } from '#components/page.tsx';
import { QueryView } from '#components/query-view.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { useLivePoll } from '#lib/live-state.ts';
import { useApi } from '#lib/services.tsx';
import { useCan } from '#lib/workspace.ts';
import { connectionQuery } from '../api/get-connection.ts';
import { CloudCard } from '../components/cloud-card.tsx';
import { CodePanel } from '../components/code-panel.tsx';
import { ConnectionActions } from '../components/connection-actions.tsx';
import { useConnectionSummary } from '../components/connection-words.ts';
import { EditCard } from '../components/edit-card.tsx';
import { HealthCard } from '../components/health-card.tsx';
import { LimitsCard } from '../components/limits-card.tsx';
import { SendingHealthCard } from '../components/sending-health-card.tsx';
import { ConnectionStatusBadge } from '../components/status-badge.tsx';
import { StatusCard } from '../components/status-card.tsx';
import { WarmUpCard } from '../components/warm-up-card.tsx';

/** One number: how it is, the code to connect it, what limits and judges it, what happened to it, and its settings. */
export function ConnectionRoute() {
  const { t } = useTranslation();
  const { connectionId = '' } = useParams();
  const canEdit = useCan('admin');
  const summary = useConnectionSummary();
  const connection = useQuery({
    ...connectionQuery(useApi(), connectionId),
    refetchInterval: useLivePoll(true),
  });
  const { data } = connection;
  return (
    <Page
      title={data?.name ?? t('connections.title')}
      heading={
        data === undefined ? (
          connection.isError ? undefined : null
        ) : (
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
            <span className="min-w-0 break-words">{data.name}</span>
            <ConnectionStatusBadge connection={data} />
          </span>
        )
      }
      note={data === undefined ? undefined : summary(data)}
      back={{ to: '/connections', label: t('connections.back') }}
      actions={data === undefined ? undefined : <ConnectionActions connection={data} />}
    >
      <QueryView
        query={connection}
        what={t('connections.oneFailed')}
        skeleton={<Skeleton className="h-48 rounded-2xl" />}
      >
        {(loaded) => (
          <>
            <StatusCard connection={loaded} />
            {loaded.status === 'qr' || loaded.status === 'pairing_code' ? (
              <CodePanel connection={loaded} />
            ) : null}
            <SendingHealthCard connection={loaded} />
            <LimitsCard connection={loaded} />
            <WarmUpCard connection={loaded} />
            <HealthCard connection={loaded} />
            {loaded.provider === 'cloud-api' ? <CloudCard connection={loaded} /> : null}
            {canEdit ? <EditCard connection={loaded} /> : null}
          </>
        )}
      </QueryView>
    </Page>
  );
}
