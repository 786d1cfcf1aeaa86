import { useQuery } from '@tanstack/react-query';
import { Plus, Waypoints } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '#components/empty-state.tsx';
import { Page } from '#components/page.tsx';
import { QueryView } from '#components/query-view.tsx';
import { RowsSkeleton } from '#components/rows-skeleton.tsx';
import { ButtonLink } from '#components/ui/button-link.tsx';
import { connectionsQuery } from '#features/connections/index.ts';
import { useLivePoll } from '#lib/live-state.ts';
import { useApi } from '#lib/services.tsx';
import { useCan } from '#lib/workspace.ts';
import { senderPoolsQuery } from '../api/sender-pools.ts';
import { PoolRow } from '../components/pool-row.tsx';

/** All pools of numbers, each with how many of its numbers can send. */
export function SenderPoolsRoute() {
  const { t } = useTranslation();
  const api = useApi();
  const canAdd = useCan('operator');
  const connections = useQuery(connectionsQuery(api)).data?.data ?? [];
  const pools = useQuery({ ...senderPoolsQuery(api), refetchInterval: useLivePoll(true) });
  const action = canAdd ? (
    <ButtonLink to="/connections/pools/new">
      <Plus aria-hidden />
      {t('senderPools.add')}
    </ButtonLink>
  ) : undefined;
  return (
    <Page
      title={t('senderPools.title')}
      note={t('senderPools.note')}
      back={{ to: '/connections', label: t('connections.back') }}
      actions={action}
    >
      <div className="card overflow-hidden">
        <QueryView query={pools} what={t('senderPools.failed')} skeleton={<RowsSkeleton rows={2} />}>
          {(page) =>
            page.data.length === 0 ? (
              <EmptyState icon={<Waypoints />} title={t('senderPools.empty.title')} action={action}>
                {t('senderPools.empty.body')}
              </EmptyState>
            ) : (
              <ul aria-label={t('senderPools.title')} className="divide-y">
                {page.data.map((pool) => (
                  <PoolRow key={pool.id} pool={pool} connections={connections} />
                ))}
              </ul>
            )
          }
        </QueryView>
      </div>
    </Page>
  );
}
