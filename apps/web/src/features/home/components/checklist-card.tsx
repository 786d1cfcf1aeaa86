import type { Checklist } from '@zaphub/types';
import { useQuery } from '@tanstack/react-query';
import { Check, ChevronRight } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { QueryView } from '#components/query-view.tsx';
import { RowsSkeleton } from '#components/rows-skeleton.tsx';
import { Card } from '#components/ui/card.tsx';
import { Progress } from '#components/ui/progress.tsx';
import { cn } from '#lib/class-names.ts';
import { useApi } from '#lib/services.tsx';
import { checklistQuery } from '../api/get-checklist.ts';

const steps: readonly { key: keyof Checklist; to: string }[] = [
  { key: 'connection', to: '/connections' },
  { key: 'contacts', to: '/contacts/imports/new' },
  { key: 'template', to: '/templates/new' },
  { key: 'campaign', to: '/campaigns/new' },
];

/** What is left to do before the first campaign. It ticks itself, and goes when all is done. */
export function ChecklistCard() {
  const { t } = useTranslation();
  const checklist = useQuery(checklistQuery(useApi()));
  if (checklist.data !== undefined && steps.every(({ key }) => checklist.data[key])) return null;
  return (
    <Card
      title={t('home.checklist.title')}
      flush
      action={checklist.data === undefined ? null : <Done checklist={checklist.data} />}
    >
      <div>
        <QueryView query={checklist} what={t('home.checklist.failed')} skeleton={<RowsSkeleton rows={4} />}>
          {(data) => <Steps checklist={data} />}
        </QueryView>
      </div>
    </Card>
  );
}

function Done({ checklist }: { checklist: Checklist }) {
  const { t } = useTranslation();
  const done = steps.filter(({ key }) => checklist[key]).length;
  return (
    <div className="flex items-center gap-2.5 pt-0.5">
      <span className="text-xs text-muted-foreground tabular-nums">
        {t('home.checklist.progress', { done, total: steps.length })}
      </span>
      <Progress value01={done / steps.length} label={t('home.checklist.label')} className="w-16" />
    </div>
  );
}

function Steps({ checklist }: { checklist: Checklist }) {
  const { t } = useTranslation();
  const next = steps.find(({ key }) => !checklist[key])?.key;
  return (
    <ol className="divide-y">
      {steps.map(({ key, to }, index) => {
        const isDone = checklist[key];
        return (
          <li
            key={key}
            className={cn(
              'relative flex min-h-16 items-center gap-3.5 px-4 py-3 sm:px-5',
              !isDone && 'transition-colors hover:bg-muted/50',
            )}
          >
            <span
              aria-hidden
              className={cn(
                'flex size-7 shrink-0 items-center justify-center rounded-full text-xs font-semibold tabular-nums',
                isDone
                  ? 'bg-success-soft text-success-text'
                  : key === next
                    ? 'bg-primary text-primary-foreground'
                    : 'bg-muted text-muted-foreground',
              )}
            >
              {isDone ? <Check className="size-4" strokeWidth={2.5} /> : index + 1}
            </span>
            <div className="min-w-0 flex-1">
              <p
                className={cn(
                  'text-sm font-medium',
                  isDone && 'text-muted-foreground line-through decoration-1',
                )}
              >
                {t(`home.checklist.${key}.title`)}
              </p>
              <p className="text-[0.8125rem] text-pretty text-muted-foreground">
                {t(`home.checklist.${key}.note`)}
              </p>
            </div>
            {isDone ? null : (
              <Link
                to={to}
                className="flex shrink-0 items-center gap-1 text-[0.8125rem] font-medium text-primary-text after:absolute after:inset-0"
              >
                <span className="hidden sm:inline">{t(`home.checklist.${key}.action`)}</span>
                <span className="sr-only sm:hidden">{t(`home.checklist.${key}.action`)}</span>
                <ChevronRight aria-hidden className="size-4" />
              </Link>
            )}
          </li>
        );
      })}
    </ol>
  );
}
