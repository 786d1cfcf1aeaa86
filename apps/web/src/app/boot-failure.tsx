import type { i18n as I18n } from 'i18next';
import { PlugZap, RotateCw } from 'lucide-react';
import { EmptyState } from '#components/empty-state.tsx';
import { Button } from '#components/ui/button.tsx';

/** Shown when the server gives no configuration: there is nothing else that could be shown. */
export function BootFailure({ i18n, onRetry }: { i18n: I18n; onRetry: () => void }) {
  return (
    <main className="flex min-h-dvh items-center justify-center p-4">
      <EmptyState
        icon={<PlugZap />}
        title={i18n.t('common.boot.title')}
        action={
          <Button variant="secondary" onClick={onRetry}>
            <RotateCw aria-hidden />
            {i18n.t('common.action.retry')}
          </Button>
        }
      >
        {i18n.t('common.boot.body')}
      </EmptyState>
    </main>
  );
}
