import type { WebhookDeliveryDetail } from '@zaphub/types';
import { useQuery } from '@tanstack/react-query';
import { RotateCcw } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { CopyButton } from '#components/copy-button.tsx';
import { QueryView } from '#components/query-view.tsx';
import { RowsSkeleton } from '#components/rows-skeleton.tsx';
import { Button } from '#components/ui/button.tsx';
import { Sheet } from '#components/ui/sheet.tsx';
import { useToastError } from '#lib/describe-error.ts';
import { useApi } from '#lib/services.tsx';
import { useFormat } from '#lib/use-format.ts';
import { useCan } from '#lib/workspace.ts';
import { deliveryQuery, useWebhookActions } from '../api/webhooks.ts';
import { useDeliveryWords } from './delivery-words.ts';

interface DeliverySheetProps {
  webhookId: string;
  /** The delivery that is shown; none when absent. */
  deliveryId: string | undefined;
  onClose: () => void;
}

const refreshMs = 3_000;

/** One delivery: every attempt, what was sent, and sending it again. */
export function DeliverySheet({ webhookId, deliveryId, onClose }: DeliverySheetProps) {
  const { t } = useTranslation();
  const delivery = useQuery({
    ...deliveryQuery(useApi(), deliveryId ?? ''),
    enabled: deliveryId !== undefined,
    refetchInterval: refreshMs,
  });
  return (
    <Sheet
      open={deliveryId !== undefined}
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={t('webhooks.delivery.title')}
      note={delivery.data?.type}
    >
      <QueryView query={delivery} what={t('webhooks.log.what')} skeleton={<RowsSkeleton rows={3} />}>
        {(data) => <Details webhookId={webhookId} delivery={data} />}
      </QueryView>
    </Sheet>
  );
}

function Details({ webhookId, delivery }: { webhookId: string; delivery: WebhookDeliveryDetail }) {
  const { t } = useTranslation();
  const format = useFormat();
  const canAct = useCan('operator');
  const toastError = useToastError();
  const wordsOf = useDeliveryWords();
  const { resend } = useWebhookActions(webhookId);
  return (
    <div className="flex flex-col gap-5 text-sm">
      <p className="text-pretty">
        {t(`webhooks.delivery.${delivery.state}`)}
        {delivery.next_attempt_at === null
          ? null
          : ` · ${t('webhooks.delivery.next', { at: format.dateTime(delivery.next_attempt_at) })}`}
      </p>
      {canAct ? (
        <Button
          variant="secondary"
          busy={resend.isPending}
          onClick={() =>
            resend.mutate(delivery.id, {
              onSuccess: () => toast.success(t('webhooks.resend.done')),
              onError: (error) => toastError(t('webhooks.resend.failed'), error),
            })
          }
        >
          <RotateCcw aria-hidden />
          {t('webhooks.resend.action')}
        </Button>
      ) : null}
      <section className="flex flex-col gap-2">
        <h3 className="font-medium">{t('webhooks.delivery.log')}</h3>
        {delivery.log.length === 0 ? (
          <p className="text-muted-foreground">{t('webhooks.delivery.noAttempt')}</p>
        ) : (
          <ol className="flex flex-col gap-2">
            {delivery.log.map((attempt) => (
              <li key={attempt.at} className="rounded-control border p-3">
                <p className="text-pretty">
                  {attempt.duration_ms === null
                    ? t('webhooks.delivery.cutOff')
                    : wordsOf(attempt.error_code, attempt.status)}
                </p>
                <p className="text-[0.8125rem] text-muted-foreground">
                  {[
                    format.dateTime(attempt.at),
                    ...(attempt.duration_ms === null
                      ? []
                      : [t('webhooks.delivery.took', { ms: format.number(attempt.duration_ms) })]),
                  ].join(' · ')}
                </p>
                {attempt.response === null || attempt.response === '' ? null : (
                  <pre
                    // Scrolls by the keyboard, too.
                    tabIndex={0}
                    aria-label={t('webhooks.delivery.response')}
                    className="mt-2 max-h-32 overflow-auto rounded bg-muted p-2 text-xs break-all whitespace-pre-wrap"
                  >
                    {attempt.response}
                  </pre>
                )}
              </li>
            ))}
          </ol>
        )}
      </section>
      <section className="flex flex-col gap-2">
        <div className="flex items-center justify-between gap-2">
          <h3 className="font-medium">{t('webhooks.delivery.body')}</h3>
          <CopyButton text={delivery.body} label={t('webhooks.delivery.copyBody')} />
        </div>
        <pre
          tabIndex={0}
          aria-label={t('webhooks.delivery.body')}
          className="max-h-72 overflow-auto rounded-control bg-muted p-3 text-xs break-all whitespace-pre-wrap"
        >
          {pretty(delivery.body)}
        </pre>
        <p className="text-[0.8125rem] break-all text-muted-foreground">webhook-id: {delivery.event_id}</p>
      </section>
    </div>
  );
}

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), undefined, 2);
  } catch {
    // Whatever it is, it is shown as it was sent.
    return body;
  }
}
