import { useQuery } from '@tanstack/react-query';
import { Plus, Smartphone, Waypoints } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '#components/empty-state.tsx';
import { Page } from '#components/page.tsx';
import { QueryView } from '#components/query-view.tsx';
import { RowsSkeleton } from '#components/rows-skeleton.tsx';
import { ButtonLink } from '#components/ui/button-link.tsx';
import { useLivePoll } from '#lib/live-state.ts';
import { useApi } from '#lib/services.tsx';
import { useCan } from '#lib/workspace.ts';
import { connectionsQuery } from '../api/list-connections.ts';
import { ConnectionRow } from '../components/connection-row.tsx';

/** All numbers that the workspace sends from, each with how it is. */
export function ConnectionsRoute() {
  const { t } = useTranslation();
  const canAdd = useCan('admin');
  const connections = useQuery({ ...connectionsQuery(useApi()), refetchInterval: useLivePoll(true) });
  const pools = (
    <ButtonLink to="/connections/pools" variant="secondary">
      <Waypoints aria-hidden />
      {t('connections.pools')}
    </ButtonLink>
  );
  const action = canAdd ? (
    <ButtonLink to="/connections/new">
      <Plus aria-hidden />
      {t('connections.add')}
    </ButtonLink>
  ) : undefined;
  return (
    <Page
      title={t('connections.title')}
      note={t('connections.note')}
      actions={
        <>
          {pools}
          {action}
        </>
      }
    >
      <QueryView
        query={connections}
        what={t('connections.failed')}
        skeleton={
          <div className="card">
            <RowsSkeleton rows={3} />
          </div>
        }
      >
        {(page) => (
          <div className="card overflow-hidden">
            {page.data.length === 0 ? (
              <EmptyState icon={<Smartphone />} title={t('connections.empty.title')} action={action}>
                {t('connections.empty.body')}
              </EmptyState>
            ) : (
              <ul className="divide-y">
                {page.data.map((connection) => (
                  <ConnectionRow key={connection.id} connection={connection} />
                ))}
              </ul>
            )}
          </div>
        )}
      </QueryView>
    </Page>
  );
}
