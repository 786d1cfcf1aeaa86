import type { ImportJob } from '@zaphub/types';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '#components/ui/button.tsx';
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx';
import { Progress } from '#components/ui/progress.tsx';
import { useToastError } from '#lib/describe-error.ts';
import { useFormat } from '#lib/use-format.ts';
import { useCan } from '#lib/workspace.ts';
import { useCancelImport } from '../api/cancel-import.ts';
import { ImportCounts } from './import-counts.tsx';

/** An import under way. Its numbers come by themselves. */
export function ImportProgress({ job }: { job: ImportJob }) {
  const { t } = useTranslation();
  const format = useFormat();
  const toastError = useToastError();
  const canCancel = useCan('operator');
  const cancel = useCancelImport(job.id);
  const [asking, setAsking] = useState(false);
  const done01 = job.size_bytes === 0 ? 0 : Math.min(1, job.progress.bytes_read / job.size_bytes);
  return (
    <section className="card p-5 sm:p-6">
      <div className="flex items-start justify-between gap-4">
        <div className="min-w-0" aria-live="polite">
          <h2 className="truncate text-base font-semibold tracking-tight">
            {job.status === 'queued'
              ? t('imports.progress.queued')
              : t('imports.progress.running', { name: job.filename })}
          </h2>
          <p className="mt-0.5 text-sm text-muted-foreground tabular-nums">
            {t('imports.progress.rows', { count: job.progress.rows_read })}
          </p>
        </div>
        <span className="text-3xl font-semibold tracking-tight tabular-nums">{format.percent(done01)}</span>
      </div>
      <Progress value01={done01} label={t('imports.progress.label')} className="mt-4 h-2.5" />
      <ImportCounts progress={job.progress} />
      <div className="mt-5 flex flex-wrap items-center justify-between gap-3 border-t pt-4">
        <p className="text-[0.8125rem] text-muted-foreground">{t('imports.progress.leave')}</p>
        {canCancel ? (
          <Button variant="dangerGhost" size="sm" onClick={() => setAsking(true)}>
            {t('imports.progress.cancel')}
          </Button>
        ) : null}
      </div>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t('imports.progress.cancelTitle')}
        confirmLabel={t('imports.progress.cancelConfirm')}
        cancelLabel={t('common.action.back')}
        tone="danger"
        busy={cancel.isPending}
        onConfirm={() =>
          cancel.mutate(undefined, {
            onError: (error) => toastError(t('imports.progress.cancelFailed'), error),
            onSettled: () => setAsking(false),
          })
        }
      >
        <p>{t('imports.progress.cancelBody')}</p>
      </ConfirmDialog>
    </section>
  );
}
