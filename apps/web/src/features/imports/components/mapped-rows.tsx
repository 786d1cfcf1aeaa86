import type { ImportMapping, MappedPreview } from '@zaphub/types';
import { useQuery } from '@tanstack/react-query';
import { CircleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { QueryView } from '#components/query-view.tsx';
import { RowsSkeleton } from '#components/rows-skeleton.tsx';
import { Badge } from '#components/ui/badge.tsx';
import { Card } from '#components/ui/card.tsx';
import { formatPhone } from '#lib/format.ts';
import { useApi } from '#lib/services.tsx';
import { useDebounced } from '#lib/use-debounced.ts';
import { importPreviewQuery } from '../api/preview-import.ts';

interface MappedRowsProps {
  importId: string;
  /** The same rows as they are in the file, shown where no contact can be made of one. */
  cells: readonly (readonly string[])[];
  mapping: ImportMapping;
  isValid: boolean;
}

/** The first rows as contacts, or the reason why a row cannot become one. */
export function MappedRows({ importId, cells, mapping, isValid }: MappedRowsProps) {
  const { t } = useTranslation();
  const settled = useDebounced(mapping, 250);
  const preview = useQuery({ ...importPreviewQuery(useApi(), importId, settled), enabled: isValid });
  return (
    <Card title={t('imports.map.preview')} note={t('imports.map.previewNote')} flush>
      <div
        className="max-h-[28rem] overflow-y-auto"
        tabIndex={0}
        role="region"
        aria-label={t('imports.map.preview')}
      >
        <QueryView query={preview} what={t('imports.map.previewFailed')} skeleton={<RowsSkeleton rows={4} />}>
          {(data) => <Rows preview={data} cells={cells} />}
        </QueryView>
      </div>
    </Card>
  );
}

function Rows({ preview, cells }: { preview: MappedPreview; cells: MappedRowsProps['cells'] }) {
  const { t, i18n } = useTranslation();
  const bad = preview.rows.filter((row) => row.error !== null).length;
  return (
    <>
      {bad > 0 ? (
        <p className="flex items-start gap-2 border-b bg-warning-soft px-4 py-2.5 text-[0.8125rem] text-warning-text sm:px-5">
          <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          {t('imports.map.previewBad', { count: bad })}
        </p>
      ) : null}
      <ol className="divide-y">
        {preview.rows.map((row, index) => (
          <li key={row.row} className="flex gap-3 px-4 py-3 text-sm sm:px-5">
            <span
              className="w-7 shrink-0 text-xs leading-5 text-muted-foreground tabular-nums"
              title={t('imports.map.row')}
            >
              {row.row}
            </span>
            <div className="min-w-0 flex-1">
              <p className="flex flex-wrap items-baseline gap-x-2">
                <span className="font-medium">
                  {row.name ?? (row.error === null ? '—' : rawText(cells[index]))}
                </span>
                <span className="text-muted-foreground tabular-nums">
                  {row.phone === null ? '' : formatPhone(row.phone)}
                </span>
              </p>
              {row.error === null ? (
                <p className="truncate text-[0.8125rem] text-muted-foreground">
                  {Object.entries(row.attributes)
                    .map(([key, value]) => `${key}: ${value}`)
                    .join(' · ')}
                </p>
              ) : (
                <p className="mt-0.5 text-[0.8125rem] text-pretty text-danger-text">
                  {i18n.exists(`imports.rowError.${row.error}`)
                    ? t(`imports.rowError.${row.error}`)
                    : row.error}
                </p>
              )}
              {row.tags.length > 0 ? (
                <p className="mt-1 flex flex-wrap gap-1">
                  {row.tags.map((tag) => (
                    <Badge key={tag}>{tag}</Badge>
                  ))}
                </p>
              ) : null}
            </div>
          </li>
        ))}
      </ol>
    </>
  );
}

function rawText(cells: readonly string[] | undefined): string {
  const filled = (cells ?? []).filter((cell) => cell.trim() !== '');
  return filled.length === 0 ? '—' : filled.join(' · ');
}
