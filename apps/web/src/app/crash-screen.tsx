import { Bug, RotateCw } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useRouteError } from 'react-router';
import { CopyButton } from '#components/copy-button.tsx';
import { EmptyState } from '#components/empty-state.tsx';
import { Button } from '#components/ui/button.tsx';
import { ButtonLink } from '#components/ui/button-link.tsx';

/** A screen threw. Says what was kept and what to do, and offers the technical text; inside the frame, whose navigation stays. */
export function CrashedScreen() {
  const { t } = useTranslation();
  const error = useRouteError();
  const details = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return (
    <div className="mx-auto flex max-w-xl flex-col items-center justify-center p-4">
      <EmptyState
        icon={<Bug />}
        title={t('common.crash.title')}
        action={
          <>
            <Button onClick={() => window.location.reload()}>
              <RotateCw aria-hidden />
              {t('common.crash.reload')}
            </Button>
            <ButtonLink to="/" reloadDocument variant="secondary">
              {t('common.notFound.action')}
            </ButtonLink>
          </>
        }
      >
        {t('common.crash.body')}
      </EmptyState>
      <details className="card w-full p-3 text-sm">
        <summary className="font-medium">{t('common.crash.details')}</summary>
        <div className="mt-2 flex items-start gap-2">
          <pre className="max-h-48 min-w-0 flex-1 overflow-auto text-xs whitespace-pre-wrap text-muted-foreground">
            {details}
          </pre>
          <CopyButton text={details} label={t('common.action.copy')} />
        </div>
      </details>
    </div>
  );
}

/** The same without the frame, when there is none or it is what threw. */
export function CrashedPage() {
  return (
    <main className="flex min-h-dvh flex-col justify-center">
      <CrashedScreen />
    </main>
  );
}
