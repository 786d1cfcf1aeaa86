import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useBlocker } from 'react-router';
import { ConfirmDialog } from './ui/confirm-dialog.tsx';

/** Asks before unsaved changes are lost: by a link, by Back, or by closing the tab. */
export function UnsavedGuard({ dirty }: { dirty: boolean }) {
  const { t } = useTranslation();
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) => dirty && currentLocation.pathname !== nextLocation.pathname,
  );
  useEffect(() => {
    if (!dirty) return;
    const onBeforeUnload = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', onBeforeUnload);
    return () => window.removeEventListener('beforeunload', onBeforeUnload);
  }, [dirty]);
  return (
    <ConfirmDialog
      open={blocker.state === 'blocked'}
      onOpenChange={(open) => {
        if (!open) blocker.reset?.();
      }}
      title={t('common.unsaved.title')}
      confirmLabel={t('common.action.leave')}
      cancelLabel={t('common.action.keepEditing')}
      tone="danger"
      onConfirm={() => blocker.proceed?.()}
    >
      <p>{t('common.unsaved.body')}</p>
    </ConfirmDialog>
  );
}
