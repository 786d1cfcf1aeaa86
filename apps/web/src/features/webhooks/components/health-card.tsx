import type { Webhook } from '@zaphub/types';
import { History, KeyRound, Send } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { Button } from '#components/ui/button.tsx';
import { Card } from '#components/ui/card.tsx';
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx';
import { Switch } from '#components/ui/switch.tsx';
import { useToastError } from '#lib/describe-error.ts';
import { useFormat } from '#lib/use-format.ts';
import { useNow } from '#lib/use-now.ts';
import { useCan } from '#lib/workspace.ts';
import { useWebhookActions } from '../api/webhooks.ts';
import { SecretPanel } from './secret-panel.tsx';
import { WebhookState } from './webhook-state.tsx';

const recoverMs = 14 * 24 * 3_600_000;

/** How a webhook does, in a sentence, and what can be done: switch, test, recover, another secret. */
export function HealthCard({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow(30_000);
  const canManage = useCan('admin');
  const canAct = useCan('operator');
  const toastError = useToastError();
  const { change, test, recover, rotate } = useWebhookActions(webhook.id);
  const [asksForSecret, setAsksForSecret] = useState(false);
  const sentence = ((): string => {
    if (!webhook.enabled) return t(`webhooks.off.${webhook.disabled_cause ?? 'user'}`);
    if (webhook.failing_since !== null) {
      const ago = format.ago(webhook.failing_since, now);
      return t('webhooks.failing', { count: webhook.failures, ago });
    }
    return webhook.last_success_at === null
      ? t('webhooks.quiet')
      : t('webhooks.well', { ago: format.ago(webhook.last_success_at, now) });
  })();
  return (
    <Card
      title={<WebhookState webhook={webhook} />}
      action={
        canManage ? (
          <Switch
            aria-label={t('webhooks.switch')}
            checked={webhook.enabled}
            disabled={change.isPending}
            onCheckedChange={(enabled) =>
              change.mutate({ enabled }, { onError: (error) => toastError(t('webhooks.edit.failed'), error) })
            }
          />
        ) : undefined
      }
    >
      <div className="flex flex-col gap-4">
        <p className="text-sm text-pretty">{sentence}</p>
        <p className="text-[0.8125rem] text-muted-foreground">
          {[
            t('webhooks.waiting', { count: webhook.waiting }),
            t('webhooks.failedCount', { count: webhook.failed }),
            ...(webhook.previous_secret_until === null
              ? []
              : [t('webhooks.secret.overlap', { at: format.dateTime(webhook.previous_secret_until) })]),
          ].join(' · ')}
        </p>
        {rotate.data === undefined ? null : <SecretPanel secret={rotate.data.secret} />}
        <div className="flex flex-wrap gap-2">
          {canAct ? (
            <Button
              size="sm"
              variant="secondary"
              busy={test.isPending}
              onClick={() =>
                test.mutate(undefined, {
                  onSuccess: () => toast.success(t('webhooks.test.sent')),
                  onError: (error) => toastError(t('webhooks.test.failed'), error),
                })
              }
            >
              <Send aria-hidden />
              {t('webhooks.test.send')}
            </Button>
          ) : null}
          {canAct && webhook.enabled && webhook.failed > 0 ? (
            <Button
              size="sm"
              variant="secondary"
              busy={recover.isPending}
              onClick={() =>
                recover.mutate(new Date(Date.now() - recoverMs).toISOString(), {
                  onSuccess: ({ recovered }) =>
                    toast.success(t('webhooks.recover.done', { count: recovered })),
                  onError: (error) => toastError(t('webhooks.recover.failed'), error),
                })
              }
            >
              <History aria-hidden />
              {t('webhooks.recover.all')}
            </Button>
          ) : null}
          {canManage ? (
            <Button size="sm" variant="secondary" onClick={() => setAsksForSecret(true)}>
              <KeyRound aria-hidden />
              {t('webhooks.secret.rotate')}
            </Button>
          ) : null}
        </div>
      </div>
      <ConfirmDialog
        open={asksForSecret}
        onOpenChange={setAsksForSecret}
        title={t('webhooks.secret.askTitle')}
        confirmLabel={t('webhooks.secret.rotate')}
        cancelLabel={t('common.action.cancel')}
        busy={rotate.isPending}
        onConfirm={() =>
          rotate.mutate(crypto.randomUUID(), {
            onError: (error) => toastError(t('webhooks.secret.failed'), error),
            onSettled: () => setAsksForSecret(false),
          })
        }
      >
        <p>{t('webhooks.secret.askBody')}</p>
      </ConfirmDialog>
    </Card>
  );
}
