import type { ColumnTarget, DetectedFile } from '@zaphub/types';
import { ArrowRight } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Input } from '#components/ui/input.tsx';
import { Select } from '#components/ui/select.tsx';
import { cn } from '#lib/class-names.ts';
import { keyOfColumn } from './check-mapping.ts';

const targetKinds = ['phone', 'name', 'tags', 'attribute', 'ignore'] as const;

interface ColumnMappingProps {
  detected: DetectedFile;
  targets: readonly ColumnTarget[];
  onChange: (targets: ColumnTarget[]) => void;
}

/** One line for each column of the file: its name, its first values, and what it becomes. */
export function ColumnMapping({ detected, targets, onChange }: ColumnMappingProps) {
  const { t } = useTranslation();
  function set(index: number, target: ColumnTarget): void {
    onChange(targets.map((current, position) => (position === index ? target : current)));
  }
  return (
    <ul className="divide-y">
      {detected.columns.map((column, index) => {
        const target = targets[index] ?? { to: 'ignore' as const };
        const samples = detected.preview
          .map((row) => row[index]?.trim() ?? '')
          .filter((value) => value !== '');
        return (
          <li
            key={`${index}-${column}`}
            className={cn(
              'grid items-center gap-x-3 gap-y-2 px-4 py-3 transition-opacity sm:grid-cols-[minmax(0,1fr)_auto_minmax(0,13rem)] sm:px-5',
              target.to === 'ignore' && 'bg-muted/40',
            )}
          >
            <div className={cn('min-w-0', target.to === 'ignore' && 'opacity-80')}>
              <p className="truncate text-sm font-medium">
                {column === '' ? keyOfColumn('', index) : column}
              </p>
              <p className="truncate text-[0.8125rem] text-muted-foreground">
                {samples.length === 0 ? t('imports.map.noSample') : samples.slice(0, 3).join(' · ')}
              </p>
            </div>
            <ArrowRight
              aria-label={t('imports.map.becomes')}
              className="hidden size-4 text-muted-foreground sm:block"
            />
            <div className="flex min-w-0 flex-col gap-2">
              <Select
                aria-label={t('imports.map.targetOf', { column })}
                value={target.to}
                onChange={(to) =>
                  set(index, to === 'attribute' ? { to, key: keyOfColumn(column, index) } : { to })
                }
                options={targetKinds.map((kind) => ({ value: kind, label: t(`imports.map.target.${kind}`) }))}
              />
              {target.to === 'attribute' ? (
                <Input
                  aria-label={t('imports.map.key', { column })}
                  value={target.key}
                  maxLength={64}
                  spellCheck={false}
                  className="h-9 font-mono text-[0.8125rem] md:h-8 md:text-[0.8125rem]"
                  onChange={(event) => set(index, { to: 'attribute', key: event.target.value })}
                />
              ) : null}
            </div>
          </li>
        );
      })}
    </ul>
  );
}
