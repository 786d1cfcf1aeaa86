import { CloudOff, RotateCw } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '#lib/api-error.ts';
import { useDescribeError } from '#lib/describe-error.ts';
import { CopyButton } from './copy-button.tsx';
import { Button } from './ui/button.tsx';

interface ErrorStateProps {
  error: unknown;
  /** What failed, as a sentence without its full stop. */
  what: string;
  /** What was kept in spite of it. Default: nothing was changed. */
  kept?: string;
  onRetry?: () => void;
  busy?: boolean;
}

/** What failed, what was kept, what to do, and the id to quote. */
export function ErrorState({ error, what, kept, onRetry, busy = false }: ErrorStateProps) {
  const { t } = useTranslation();
  const describe = useDescribeError();
  const requestId = error instanceof ApiError ? error.requestId : null;
  return (
    <div role="alert" className="flex flex-col items-center px-6 py-12 text-center">
      <div
        aria-hidden
        className="flex size-12 items-center justify-center rounded-2xl bg-danger-soft text-danger-text"
      >
        <CloudOff className="size-5.5" />
      </div>
      <h2 className="mt-5 text-base font-semibold tracking-tight text-balance">{what}</h2>
      <p className="mt-1.5 max-w-md text-sm leading-relaxed text-pretty text-muted-foreground">
        {describe(error)} {kept ?? t('errors.kept')}
      </p>
      {onRetry === undefined ? null : (
        <Button variant="secondary" className="mt-5" busy={busy} onClick={onRetry}>
          <RotateCw aria-hidden />
          {t('common.action.retry')}
        </Button>
      )}
      {requestId === null ? null : (
        <p className="mt-4 flex items-center gap-1 text-xs text-muted-foreground">
          {t('errors.requestId')}: <code className="font-mono">{requestId}</code>
          <CopyButton text={requestId} label={t('errors.copyId')} />
        </p>
      )}
    </div>
  );
}
