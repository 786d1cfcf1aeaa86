import { webhookInput } from '@zaphub/types';
import { useTranslation } from 'react-i18next';
import type { WebhookValues } from './webhook-fields.tsx';

/** What is missing, by field, in the reader's words. Where an address leads only the server can say. */
export function useProblems(): (values: WebhookValues) => { url?: string; types?: string } {
  const { t } = useTranslation();
  return (values) => {
    const wrong = new Set(webhookInput.safeParse(values).error?.issues.map(({ path }) => path[0]));
    return {
      ...(wrong.has('url') || !URL.canParse(values.url) ? { url: t('webhooks.field.urlWrong') } : {}),
      ...(wrong.has('types') ? { types: t('webhooks.field.typesWrong') } : {}),
    };
  };
}
