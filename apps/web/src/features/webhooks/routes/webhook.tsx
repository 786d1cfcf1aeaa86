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
import { useApi } from '#lib/services.tsx';
import { useCan } from '#lib/workspace.ts';
import { useWebhookActions, webhookQuery } from '../api/webhooks.ts';
import { DeliveryLog } from '../components/delivery-log.tsx';
import { EditWebhook } from '../components/edit-webhook.tsx';
import { HealthCard } from '../components/health-card.tsx';

const refreshMs = 5_000;

/** One webhook: how it does, what it was told, what it is to be told. */
export function WebhookRoute() {
  const { t } = useTranslation();
  const { webhookId = '' } = useParams();
  const canManage = useCan('admin');
  const [asks, setAsks] = useState(false);
  const { remove } = useWebhookActions(webhookId);
  const webhook = useQuery({ ...webhookQuery(useApi(), webhookId), refetchInterval: refreshMs });
  const { url = '', description = '' } = webhook.data ?? {};
  return (
    <Page
      title={description === '' ? t('webhooks.one') : description}
      note={<span className="break-all">{url}</span>}
      back={{ to: '/webhooks', label: t('webhooks.title') }}
      actions={
        canManage && webhook.data !== undefined ? (
          <Button variant="dangerGhost" size="sm" onClick={() => setAsks(true)}>
            <Trash2 aria-hidden />
            {t('webhooks.delete.action')}
          </Button>
        ) : undefined
      }
    >
      <QueryView
        query={webhook}
        what={t('webhooks.what')}
        skeleton={
          <div className="card">
            <RowsSkeleton rows={3} />
          </div>
        }
      >
        {(data) => (
          <div className="flex flex-col gap-5">
            <HealthCard webhook={data} />
            <DeliveryLog webhook={data} />
            {canManage ? <EditWebhook webhook={data} /> : null}
          </div>
        )}
      </QueryView>
      <DeleteDialog
        open={asks}
        onClose={() => setAsks(false)}
        title={t('webhooks.delete.title')}
        confirmLabel={t('webhooks.delete.action')}
        remove={remove}
        done={t('webhooks.delete.done')}
        failed={t('webhooks.delete.failed')}
        leaveTo="/webhooks"
      >
        <p>{t('webhooks.delete.body')}</p>
      </DeleteDialog>
    </Page>
  );
}
