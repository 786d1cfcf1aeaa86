import { cn } from '#lib/class-names.ts';
import type { Tone } from './badge.tsx';

/** A part of a progress bar; parts are drawn in their order. */
export interface Segment {
  key: string;
  /** Share of the whole, 0…1. */
  ratio01: number;
  tone: Tone | 'primary' | 'delivered';
}

const fills: Record<Segment['tone'], string> = {
  primary: 'bg-primary',
  delivered: 'bg-delivered',
  success: 'bg-success',
  info: 'bg-info',
  warning: 'bg-warning',
  danger: 'bg-danger',
  neutral: 'bg-muted-foreground/50',
};

interface ProgressProps {
  /** How much is done, 0…1; `null` while nobody knows. */
  value01: number | null;
  label: string;
  /** Parts of the bar; without them the bar is one colour. */
  segments?: readonly Segment[];
  className?: string;
}

/** A progress bar that can show what the progress is made of. */
export function Progress({ value01, label, segments, className }: ProgressProps) {
  const parts = segments ?? [{ key: 'all', ratio01: value01 ?? 0, tone: 'primary' as const }];
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(value01 === null ? {} : { 'aria-valuenow': Math.round(value01 * 100) })}
      className={cn('flex h-2 w-full overflow-hidden rounded-full bg-muted', className)}
    >
      {value01 === null ? (
        <div className="h-full w-1/3 animate-pulse rounded-full bg-primary" />
      ) : (
        parts.map((part) => (
          <div
            key={part.key}
            className={cn('h-full transition-[width] duration-300 ease-linear', fills[part.tone])}
            style={{ width: `${Math.min(1, Math.max(0, part.ratio01)) * 100}%` }}
          />
        ))
      )}
    </div>
  );
}
