import type { ReactNode } from 'react';
import { cn } from '#lib/class-names.ts';

interface CardProps {
  title?: ReactNode;
  note?: ReactNode;
  action?: ReactNode;
  className?: string;
  bodyClassName?: string;
  /** For lists: no padding around the body, a line under the heading. */
  flush?: boolean;
  children: ReactNode;
}

/** A framed part of a page with its own heading. */
export function Card({ title, note, action, className, bodyClassName, flush = false, children }: CardProps) {
  return (
    <section className={cn('card flex min-w-0 flex-col', className)}>
      {title === undefined ? null : (
        <header
          className={cn(
            'flex items-center justify-between gap-3 px-4 pt-4 sm:px-5',
            flush && 'border-b pt-3.5 pb-3.5',
          )}
        >
          <div className="min-w-0">
            <h2 className="text-[0.9375rem] font-semibold tracking-tight">{title}</h2>
            {note === undefined ? null : (
              <p className="mt-0.5 text-[0.8125rem] text-pretty text-muted-foreground">{note}</p>
            )}
          </div>
          {action}
        </header>
      )}
      <div
        className={cn(
          'min-w-0',
          flush ? 'overflow-hidden rounded-b-(--radius-card)' : 'p-4 sm:p-5',
          title !== undefined && !flush && 'pt-3 sm:pt-3',
          bodyClassName,
        )}
      >
        {children}
      </div>
    </section>
  );
}
