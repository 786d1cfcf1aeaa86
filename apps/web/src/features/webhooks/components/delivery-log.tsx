import type { Webhook, WebhookDelivery, WebhookDeliveryState } from '@zaphub/types';
import { useQuery } from '@tanstack/react-query';
import { CircleAlert, CircleCheck, Clock, ListChecks } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { EmptyState } from '#components/empty-state.tsx';
import { Pager } from '#components/pager.tsx';
import { QueryView } from '#components/query-view.tsx';
import { RowsSkeleton } from '#components/rows-skeleton.tsx';
import { Card } from '#components/ui/card.tsx';
import { Segmented } from '#components/ui/segmented.tsx';
import { useApi } from '#lib/services.tsx';
import { useFormat } from '#lib/use-format.ts';
import { useNow } from '#lib/use-now.ts';
import { deliveriesQuery } from '../api/webhooks.ts';
import { DeliverySheet } from './delivery-sheet.tsx';
import { useDeliveryWords, useTypeWords } from './delivery-words.ts';

const refreshMs = 4_000;
const icons = {
  pending: <Clock aria-hidden className="size-4 text-muted-foreground" />,
  delivered: <CircleCheck aria-hidden className="size-4 text-success-text" />,
  failed: <CircleAlert aria-hidden className="size-4 text-danger-text" />,
};

/** What was delivered, what waits, what was given up; the filter is in the URL. */
export function DeliveryLog({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation();
  const [parameters, setParameters] = useSearchParams();
  const [shown, setShown] = useState<string>();
  const filter = parameters.get('state') === 'failed' ? 'failed' : 'all';
  const state: WebhookDeliveryState | undefined = filter === 'all' ? undefined : filter;
  const deliveries = useQuery({
    ...deliveriesQuery(useApi(), webhook.id, { state, cursor: parameters.get('after') ?? undefined }),
    refetchInterval: refreshMs,
  });
  return (
    <Card
      title={t('webhooks.log.title')}
      note={t('webhooks.log.note')}
      action={
        <Segmented
          value={filter}
          label={t('webhooks.log.filter')}
          onChange={(next) => setParameters(next === 'all' ? {} : { state: next }, { replace: true })}
          options={[
            { value: 'all', label: t('webhooks.log.all') },
            { value: 'failed', label: t('webhooks.log.failedOnly') },
          ]}
        />
      }
      flush
    >
      <QueryView query={deliveries} what={t('webhooks.log.what')} skeleton={<RowsSkeleton rows={4} />}>
        {(page) =>
          page.data.length === 0 ? (
            <EmptyState icon={<ListChecks />} title={t('webhooks.log.empty.title')}>
              {t('webhooks.log.empty.body')}
            </EmptyState>
          ) : (
            <>
              <ul className="divide-y" aria-label={t('webhooks.log.title')}>
                {page.data.map((delivery) => (
                  <DeliveryRow key={delivery.id} delivery={delivery} onOpen={() => setShown(delivery.id)} />
                ))}
              </ul>
              <div className="px-4 py-2 empty:hidden">
                <Pager nextCursor={page.next_cursor} />
              </div>
            </>
          )
        }
      </QueryView>
      <DeliverySheet webhookId={webhook.id} deliveryId={shown} onClose={() => setShown(undefined)} />
    </Card>
  );
}

function DeliveryRow({ delivery, onOpen }: { delivery: WebhookDelivery; onOpen: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow(10_000);
  const words = useDeliveryWords()(delivery.error_code, delivery.status);
  const type = useTypeWords()(delivery.type);
  return (
    <li>
      <button
        type="button"
        onClick={onOpen}
        className="flex w-full items-center gap-3 px-4 py-3 text-left hover:bg-muted/50 focus-visible:outline-2 focus-visible:-outline-offset-2 sm:px-5"
      >
        {icons[delivery.state]}
        <span className="min-w-0 flex-1">
          <span className="block truncate text-sm font-medium">{type}</span>
          <span className="block text-[0.8125rem] text-pretty text-muted-foreground">
            {[t(`webhooks.delivery.${delivery.state}`), ...(words === '' ? [] : [words])].join(' · ')}
          </span>
        </span>
        <span className="shrink-0 text-right text-[0.8125rem] text-muted-foreground">
          <span className="block">{format.ago(delivery.created_at, now)}</span>
          {delivery.attempts > 1 ? (
            <span className="block">{t('webhooks.attempts', { count: delivery.attempts })}</span>
          ) : null}
        </span>
      </button>
    </li>
  );
}
