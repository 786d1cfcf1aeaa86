import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ForbiddenState } from '#components/forbidden-state.tsx';
import { Page } from '#components/page.tsx';
import { QueryView } from '#components/query-view.tsx';
import { RowsSkeleton } from '#components/rows-skeleton.tsx';
import { connectionsQuery } from '#features/connections/index.ts';
import { useApi } from '#lib/services.tsx';
import { useCan } from '#lib/workspace.ts';
import { PoolForm } from '../components/pool-form.tsx';

/** Makes a pool of numbers. */
export function NewSenderPoolRoute() {
  const { t } = useTranslation();
  const canAdd = useCan('operator');
  const connections = useQuery(connectionsQuery(useApi()));
  return (
    <Page
      title={t('senderPools.new')}
      back={{ to: '/connections/pools', label: t('senderPools.title') }}
      width="narrow"
    >
      {canAdd ? (
        <QueryView query={connections} what={t('connections.failed')} skeleton={<RowsSkeleton rows={3} />}>
          {(page) => <PoolForm connections={page.data} />}
        </QueryView>
      ) : (
        <ForbiddenState />
      )}
    </Page>
  );
}
