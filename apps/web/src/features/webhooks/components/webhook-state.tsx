import type { Webhook } from '@zaphub/types';
import { CircleAlert, CircleCheck, CircleDashed, CircleOff } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Badge } from '#components/ui/badge.tsx';

/** How a webhook does, in one word. */
export function WebhookState({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation();
  if (!webhook.enabled) {
    return (
      <Badge tone={webhook.disabled_cause === 'user' ? 'neutral' : 'danger'}>
        <CircleOff aria-hidden />
        {t('webhooks.state.off')}
      </Badge>
    );
  }
  if (webhook.failures > 0) {
    return (
      <Badge tone="warning">
        <CircleAlert aria-hidden />
        {t('webhooks.state.failing')}
      </Badge>
    );
  }
  if (webhook.last_success_at === null) {
    return (
      <Badge>
        <CircleDashed aria-hidden />
        {t('webhooks.state.quiet')}
      </Badge>
    );
  }
  return (
    <Badge tone="success">
      <CircleCheck aria-hidden />
      {t('webhooks.state.well')}
    </Badge>
  );
}
