import { Compass } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from './empty-state.tsx';
import { ButtonLink } from './ui/button-link.tsx';

/** There is nothing at this address, and the way back. */
export function NotFoundState() {
  const { t } = useTranslation();
  return (
    <EmptyState
      icon={<Compass />}
      title={t('common.notFound.title')}
      action={
        <ButtonLink to="/" variant="secondary">
          {t('common.notFound.action')}
        </ButtonLink>
      }
    >
      {t('common.notFound.body')}
    </EmptyState>
  );
}
