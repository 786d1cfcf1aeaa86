import type { ImportJob } from '@zaphub/types';
import { useMutation } from '@tanstack/react-query';
import {
  CircleAlert,
  CircleCheck,
  CircleSlash,
  Download,
  MessageSquareText,
  Upload,
  UsersRound,
} from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '#components/ui/button.tsx';
import { ButtonLink } from '#components/ui/button-link.tsx';
import { cn } from '#lib/class-names.ts';
import { useToastError } from '#lib/describe-error.ts';
import { saveDownload } from '#lib/save-download.ts';
import { useApi } from '#lib/services.tsx';
import { useDuration } from '#lib/use-duration.ts';
import { useFormat } from '#lib/use-format.ts';
import { ImportCounts } from './import-counts.tsx';

/** An import that has ended: what came in, what did not and why, and what to do next. */
export function ImportResult({ job }: { job: ImportJob }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const duration = useDuration();
  const toastError = useToastError();
  const api = useApi();
  const { invalid } = job.progress;
  const download = useMutation({
    mutationFn: () =>
      saveDownload(
        api,
        `/imports/${job.id}/errors.csv`,
        `${job.filename.replace(/\.\w+$/, '')}-errors.csv`,
        invalid,
      ),
    onError: (error) => toastError(t('imports.result.downloadFailed'), error),
  });
  const outcome =
    job.status === 'completed' ? 'completed' : job.status === 'cancelled' ? 'cancelled' : 'failed';
  const Icon = { completed: CircleCheck, cancelled: CircleSlash, failed: CircleAlert }[outcome];
  const why =
    job.error === null
      ? null
      : i18n.exists(`errors.code.${job.error.code}`)
        ? t(`errors.code.${job.error.code}`)
        : job.error.detail;
  const seconds =
    job.started_at === null || job.finished_at === null
      ? null
      : (new Date(job.finished_at).getTime() - new Date(job.started_at).getTime()) / 1000;
  const facts = [
    `${t('imports.result.rows')}: ${format.number(job.progress.rows_read)}`,
    ...(seconds === null ? [] : [t('imports.result.took', { duration: duration(seconds) })]),
    ...(job.tags.length === 0 ? [] : [`${t('imports.result.tags')}: ${job.tags.join(', ')}`]),
  ];

  return (
    <section className="card p-5 sm:p-6" aria-live="polite">
      <div className="flex items-start gap-3.5">
        <Icon
          aria-hidden
          className={cn(
            'mt-0.5 size-6 shrink-0',
            outcome === 'completed' && 'text-success-text',
            outcome === 'cancelled' && 'text-muted-foreground',
            outcome === 'failed' && 'text-danger-text',
          )}
        />
        <div className="min-w-0">
          <h2 className="text-lg font-semibold tracking-tight break-words">
            {t(`imports.result.${outcome}`, { name: job.filename })}
          </h2>
          <p className="mt-0.5 text-sm leading-relaxed text-pretty text-muted-foreground">
            {why === null ? null : <strong className="font-medium text-foreground">{why} </strong>}
            {t(`imports.result.${outcome}Note`)}
          </p>
        </div>
      </div>
      <ImportCounts progress={job.progress} />
      <p className="mt-5 text-[0.8125rem] text-muted-foreground tabular-nums">{facts.join(' · ')}</p>
      {invalid > 0 ? (
        <div className="mt-5 flex flex-col gap-3 rounded-xl bg-warning-soft p-4 text-sm text-warning-text sm:flex-row sm:items-center sm:justify-between">
          <p className="text-pretty">{t('imports.result.invalidNote', { count: invalid })}</p>
          <Button variant="secondary" size="sm" busy={download.isPending} onClick={() => download.mutate()}>
            <Download aria-hidden />
            {t('imports.result.download')}
          </Button>
        </div>
      ) : null}
      <div className="mt-5 flex flex-wrap gap-2 border-t pt-5">
        {outcome === 'completed' ? (
          <>
            <ButtonLink to="/templates/new">
              <MessageSquareText aria-hidden />
              {t('imports.result.template')}
            </ButtonLink>
            <ButtonLink to="/contacts" variant="secondary">
              <UsersRound aria-hidden />
              {t('imports.result.contacts')}
            </ButtonLink>
          </>
        ) : null}
        <ButtonLink to="/contacts/imports/new" variant={outcome === 'completed' ? 'ghost' : 'primary'}>
          <Upload aria-hidden />
          {t('imports.result.another')}
        </ButtonLink>
      </div>
    </section>
  );
}
