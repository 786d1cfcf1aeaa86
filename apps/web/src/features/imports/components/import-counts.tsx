import type { ImportJob } from '@zaphub/types';
import { useTranslation } from 'react-i18next';
import { cn } from '#lib/class-names.ts';
import { useFormat } from '#lib/use-format.ts';

const kinds = ['created', 'updated', 'unchanged', 'duplicates', 'invalid'] as const;

/** What became of the rows, each in exactly one group. */
export function ImportCounts({ progress }: { progress: ImportJob['progress'] }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <dl className="mt-5 grid grid-cols-2 gap-x-4 gap-y-4 sm:grid-cols-5">
      {kinds.map((kind) => (
        <div key={kind} className="flex min-w-0 flex-col-reverse justify-end">
          <dt className="text-[0.8125rem] leading-tight text-muted-foreground">
            {t(`imports.result.${kind}`)}
          </dt>
          <dd
            className={cn(
              'text-xl font-semibold tracking-tight tabular-nums',
              kind === 'invalid' && progress.invalid > 0 && 'text-warning-text',
              kind === 'created' && progress.created > 0 && 'text-success-text',
            )}
          >
            {format.number(progress[kind])}
          </dd>
        </div>
      ))}
    </dl>
  );
}
