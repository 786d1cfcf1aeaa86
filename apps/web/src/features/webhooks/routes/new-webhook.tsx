import { useTranslation } from 'react-i18next';
import { ForbiddenState } from '#components/forbidden-state.tsx';
import { Page } from '#components/page.tsx';
import { useCan } from '#lib/workspace.ts';
import { NewWebhookForm } from '../components/new-webhook-form.tsx';

/** Adds a webhook. */
export function NewWebhookRoute() {
  const { t } = useTranslation();
  const canAdd = useCan('admin');
  return (
    <Page
      title={t('webhooks.new.title')}
      note={t('webhooks.new.note')}
      back={{ to: '/webhooks', label: t('webhooks.title') }}
      width="narrow"
    >
      {canAdd ? <NewWebhookForm /> : <ForbiddenState />}
    </Page>
  );
}
