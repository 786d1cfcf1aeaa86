import { webhookInput } from '@zaphub/types';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormAlert } from '#components/form-alert.tsx';
import { UnsavedGuard } from '#components/unsaved-guard.tsx';
import { ButtonLink } from '#components/ui/button-link.tsx';
import { Button } from '#components/ui/button.tsx';
import { Card } from '#components/ui/card.tsx';
import { useDescribeError } from '#lib/describe-error.ts';
import { useAddWebhook } from '../api/webhooks.ts';
import { SecretPanel } from './secret-panel.tsx';
import { useProblems } from './use-problems.ts';
import { WebhookFields, type WebhookValues } from './webhook-fields.tsx';

const empty: WebhookValues = { url: '', description: '', types: ['message.received'] };

/** Adds a webhook, then shows its secret, once. */
export function NewWebhookForm() {
  const { t } = useTranslation();
  const describe = useDescribeError();
  const add = useAddWebhook();
  const problemsOf = useProblems();
  const [values, setValues] = useState(empty);
  const [isTried, setIsTried] = useState(false);
  const [key] = useState(() => crypto.randomUUID());
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setIsTried(true);
    const read = webhookInput.safeParse(values);
    if (read.success) add.mutate({ input: read.data, key });
  };
  if (add.data !== undefined) {
    return (
      <Card title={t('webhooks.new.done')}>
        <div className="flex flex-col gap-5">
          <SecretPanel secret={add.data.secret} />
          <div className="flex justify-end">
            <ButtonLink to={`/webhooks/${add.data.id}`}>{t('webhooks.new.continue')}</ButtonLink>
          </div>
        </div>
      </Card>
    );
  }
  return (
    <Card>
      <form onSubmit={submit} noValidate className="flex flex-col gap-5">
        <UnsavedGuard dirty={values !== empty} />
        {add.isError ? (
          <FormAlert>
            {t('errors.what', { what: t('webhooks.new.failed'), why: describe(add.error) })}
          </FormAlert>
        ) : null}
        <WebhookFields values={values} onChange={setValues} problems={isTried ? problemsOf(values) : {}} />
        <div className="flex justify-end">
          <Button type="submit" busy={add.isPending}>
            {t('webhooks.new.save')}
          </Button>
        </div>
      </form>
    </Card>
  );
}
