import type { Holiday } from '@zaphub/types';
import { X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '#components/ui/button.tsx';
import { useFormat } from '#lib/use-format.ts';

interface HolidayRowsProps {
  holidays: readonly Holiday[];
  /** Absent: they are only shown. */
  onRemove?: ((day: string) => void) | undefined;
}

/** Days by date and name. */
export function HolidayRows({ holidays, onRemove }: HolidayRowsProps) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <ul className="divide-y rounded-xl border text-sm">
      {holidays.map(({ day, name }) => (
        <li key={day} className="flex min-h-11 items-center gap-3 py-1.5 pr-1.5 pl-3">
          <span className="min-w-0 flex-1 py-0.5">
            <span className="block break-words">{name}</span>
            <time dateTime={day} className="block text-[0.8125rem] text-muted-foreground tabular-nums">
              {format.fullDay(day)}
            </time>
          </span>
          {onRemove === undefined ? null : (
            <Button
              variant="ghost"
              size="iconSm"
              aria-label={t('campaigns.holidays.remove', { name })}
              onClick={() => onRemove(day)}
            >
              <X aria-hidden />
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}
