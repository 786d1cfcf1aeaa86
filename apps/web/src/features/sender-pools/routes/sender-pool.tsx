import { useQuery } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { DeleteDialog } from '#components/delete-dialog.tsx';
import { Page } from '#components/page.tsx';
import { QueryView } from '#components/query-view.tsx';
import { RowsSkeleton } from '#components/rows-skeleton.tsx';
import { Button } from '#components/ui/button.tsx';
import { connectionsQuery } from '#features/connections/index.ts';
import { useLivePoll } from '#lib/live-state.ts';
import { useApi } from '#lib/services.tsx';
import { useCan } from '#lib/workspace.ts';
import { senderPoolQuery, useDeleteSenderPool } from '../api/sender-pools.ts';
import { PoolForm } from '../components/pool-form.tsx';

/** One pool: its numbers with the state of each, and the form to change it while campaigns use it. */
export function SenderPoolRoute() {
  const { t } = useTranslation();
  const api = useApi();
  const { senderPoolId = '' } = useParams();
  const canEdit = useCan('operator');
  const pool = useQuery({ ...senderPoolQuery(api, senderPoolId), refetchInterval: useLivePoll(true) });
  const connections = useQuery(connectionsQuery(api));
  const remove = useDeleteSenderPool(senderPoolId);
  const [asking, setAsking] = useState(false);
  const name = pool.data?.name ?? t('senderPools.title');
  return (
    <Page
      title={name}
      {...(pool.isPending ? { heading: null } : {})}
      note={t('senderPools.oneNote')}
      back={{ to: '/connections/pools', label: t('senderPools.title') }}
      width="narrow"
      actions={
        pool.data === undefined || !canEdit ? undefined : (
          <Button variant="dangerGhost" onClick={() => setAsking(true)}>
            <Trash2 aria-hidden />
            {t('common.action.delete')}
          </Button>
        )
      }
    >
      <QueryView query={pool} what={t('senderPools.oneFailed')} skeleton={<RowsSkeleton rows={3} />}>
        {(loaded) => (
          <QueryView query={connections} what={t('connections.failed')} skeleton={<RowsSkeleton rows={3} />}>
            {(page) => <PoolForm key={loaded.id} pool={loaded} connections={page.data} />}
          </QueryView>
        )}
      </QueryView>
      <DeleteDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={t('senderPools.delete.title', { name })}
        confirmLabel={t('common.action.delete')}
        remove={remove}
        done={t('senderPools.delete.done')}
        failed={t('senderPools.delete.failed')}
        leaveTo="/connections/pools"
      >
        <p>{t('senderPools.delete.body')}</p>
      </DeleteDialog>
    </Page>
  );
}
