import { webhookEventType, webhookPatch, type Webhook } from '@zaphub/types';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { FormAlert } from '#components/form-alert.tsx';
import { UnsavedGuard } from '#components/unsaved-guard.tsx';
import { Button } from '#components/ui/button.tsx';
import { Card } from '#components/ui/card.tsx';
import { useDescribeError } from '#lib/describe-error.ts';
import { useWebhookActions } from '../api/webhooks.ts';
import { useProblems } from './use-problems.ts';
import { WebhookFields, type WebhookValues } from './webhook-fields.tsx';

/** Changes where a webhook goes and what it is told. */
export function EditWebhook({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation();
  const describe = useDescribeError();
  const { change } = useWebhookActions(webhook.id);
  const problemsOf = useProblems();
  const [changed, setChanged] = useState<WebhookValues>();
  const values = changed ?? valuesOf(webhook);
  const problems = changed === undefined ? {} : problemsOf(changed);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const read = webhookPatch.safeParse(values);
    if (!read.success || Object.keys(problems).length > 0) return;
    change.mutate(read.data, {
      onSuccess: () => {
        setChanged(undefined);
        toast.success(t('webhooks.edit.saved'));
      },
    });
  };
  return (
    <Card title={t('webhooks.edit.title')}>
      <form onSubmit={submit} noValidate className="flex flex-col gap-5">
        <UnsavedGuard dirty={changed !== undefined} />
        {change.isError ? (
          <FormAlert>
            {t('errors.what', { what: t('webhooks.edit.failed'), why: describe(change.error) })}
          </FormAlert>
        ) : null}
        <WebhookFields values={values} onChange={setChanged} problems={problems} />
        <div className="flex justify-end">
          <Button type="submit" busy={change.isPending} disabled={changed === undefined}>
            {t('webhooks.edit.save')}
          </Button>
        </div>
      </form>
    </Card>
  );
}

/** A type that a later version has added is not lost from the list by looking at it here, only by saving. */
function valuesOf({ url, description, types }: Webhook): WebhookValues {
  return { url, description, types: webhookEventType.options.filter((type) => types.includes(type)) };
}
