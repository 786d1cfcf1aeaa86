import { useQuery } from '@tanstack/react-query';
import { Plus, Webhook } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '#components/empty-state.tsx';
import { Page } from '#components/page.tsx';
import { QueryView } from '#components/query-view.tsx';
import { RowsSkeleton } from '#components/rows-skeleton.tsx';
import { ButtonLink } from '#components/ui/button-link.tsx';
import { useApi } from '#lib/services.tsx';
import { useCan } from '#lib/workspace.ts';
import { webhooksQuery } from '../api/webhooks.ts';
import { WebhookRow } from '../components/webhook-row.tsx';

const refreshMs = 10_000;

/** Where the workspace's own systems are told of what happens, each with how it does. */
export function WebhooksRoute() {
  const { t } = useTranslation();
  const canAdd = useCan('admin');
  const webhooks = useQuery({ ...webhooksQuery(useApi()), refetchInterval: refreshMs });
  const action = canAdd ? (
    <ButtonLink to="/webhooks/new">
      <Plus aria-hidden />
      {t('webhooks.add')}
    </ButtonLink>
  ) : undefined;
  return (
    <Page
      title={t('webhooks.title')}
      note={t('webhooks.note')}
      actions={action}
      back={{ to: '/settings', label: t('settings.title') }}
    >
      <QueryView
        query={webhooks}
        what={t('webhooks.what')}
        skeleton={
          <div className="card">
            <RowsSkeleton rows={2} />
          </div>
        }
      >
        {({ data }) => (
          <div className="card overflow-hidden">
            {data.length === 0 ? (
              <EmptyState icon={<Webhook />} title={t('webhooks.empty.title')} action={action}>
                {t('webhooks.empty.body')}
              </EmptyState>
            ) : (
              <ul className="divide-y" aria-label={t('webhooks.title')}>
                {data.map((webhook) => (
                  <WebhookRow key={webhook.id} webhook={webhook} />
                ))}
              </ul>
            )}
          </div>
        )}
      </QueryView>
    </Page>
  );
}
