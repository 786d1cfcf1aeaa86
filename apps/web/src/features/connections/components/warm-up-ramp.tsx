import { Check } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { cn } from '#lib/class-names.ts';
import { useFormat } from '#lib/use-format.ts';
import type { RampDay } from './warm-up-values.ts';

/** A warm-up day by day: how many may leave on each, how far they rise, and where today stands. */
export function WarmUpRamp({ days }: { days: readonly RampDay[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const highest = Math.max(...days.map(({ most }) => most));
  return (
    <ol
      aria-label={t('connections.warmUp.days')}
      // Long plans scroll inside, so the list takes the keyboard.
      tabIndex={0}
      className="-m-1 grid max-h-[34rem] grid-cols-4 gap-1.5 overflow-y-auto p-1 sm:grid-cols-7"
    >
      {days.map((day) => (
        <li
          key={day.nth}
          aria-current={day.when === 'today' ? 'date' : undefined}
          className={cn(
            'relative flex min-h-16 flex-col justify-between gap-1 overflow-hidden rounded-lg border px-2 pt-1.5 pb-2',
            day.when === 'past' && 'text-muted-foreground',
            day.when === 'today' && 'border-primary bg-primary-soft/60',
          )}
        >
          <span className="flex items-center justify-between gap-1 text-[0.6875rem] text-muted-foreground">
            <span className="truncate">
              {day.when === 'today' ? t('connections.warmUp.today') : format.day(day.date)}
            </span>
            {day.when === 'past' ? (
              <>
                <span className="sr-only">{t('connections.warmUp.past')}</span>
                <Check aria-hidden className="hidden size-3 sm:block" />
              </>
            ) : null}
          </span>
          <span className="text-sm font-semibold tabular-nums">{format.number(day.most)}</span>
          <span aria-hidden className="h-1 rounded-full bg-muted">
            <span
              className={cn(
                'block h-full rounded-full',
                day.when === 'past' ? 'bg-muted-foreground/50' : 'bg-primary',
              )}
              style={{ width: `${Math.max(4, (day.most / highest) * 100)}%` }}
            />
          </span>
        </li>
      ))}
    </ol>
  );
}
