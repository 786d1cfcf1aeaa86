import { useTranslation } from 'react-i18next';
import { NotFoundState } from '#components/not-found-state.tsx';
import { usePageTitle } from '#lib/use-page-title.ts';

/** An address that leads nowhere. */
export function NotFoundScreen() {
  const { t } = useTranslation();
  usePageTitle(t('common.notFound.title'));
  return (
    <main className="flex min-h-dvh items-center justify-center p-4">
      <NotFoundState />
    </main>
  );
}
