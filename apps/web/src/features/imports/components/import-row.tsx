import type { ImportJob } from '@zaphub/types';
import { FileSpreadsheet } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useFormat } from '#lib/use-format.ts';
import { useNow } from '#lib/use-now.ts';
import { ImportStatusBadge } from './import-status-badge.tsx';

/** One import in a list. The whole row leads to it. */
export function ImportRow({
  job,
}: {
  job: Pick<ImportJob, 'id' | 'filename' | 'status' | 'progress' | 'created_at' | 'size_bytes'>;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow(30_000);
  const { created, invalid } = job.progress;
  const facts = [
    format.ago(job.created_at, now),
    t('imports.row.size', { size: format.bytes(job.size_bytes) }),
    ...(created > 0 ? [t('imports.row.created', { count: created })] : []),
    ...(invalid > 0 ? [t('imports.row.invalid', { count: invalid })] : []),
  ];
  return (
    <li className="relative flex items-center gap-3.5 px-4 py-3 transition-colors hover:bg-muted/50 sm:px-5">
      <span
        aria-hidden
        className="flex size-9 shrink-0 items-center justify-center rounded-lg bg-muted text-muted-foreground"
      >
        <FileSpreadsheet className="size-4.5" strokeWidth={1.8} />
      </span>
      <span className="min-w-0 flex-1">
        <Link
          to={`/contacts/imports/${job.id}`}
          className="block truncate text-sm font-medium after:absolute after:inset-0"
        >
          {job.filename}
        </Link>
        <span className="block truncate text-[0.8125rem] text-muted-foreground">{facts.join(' · ')}</span>
      </span>
      <ImportStatusBadge status={job.status} />
    </li>
  );
}
