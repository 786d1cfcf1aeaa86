import { useTranslation } from 'react-i18next';
import { ButtonLink } from '#components/ui/button-link.tsx';
import { Card } from '#components/ui/card.tsx';

/** The way to the webhooks, which phones have no other place for. */
export function WebhooksCard() {
  const { t } = useTranslation();
  return (
    <Card
      title={t('webhooks.title')}
      note={t('webhooks.note')}
      action={
        <ButtonLink to="/webhooks" variant="secondary" size="sm">
          {t('settings.webhooks.all')}
        </ButtonLink>
      }
      bodyClassName="hidden"
      className="pb-4"
    >
      {null}
    </Card>
  );
}
