import type { ReactNode } from 'react';
import { cn } from '#lib/class-names.ts';

interface EmptyStateProps {
  icon: ReactNode;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  className?: string;
}

/** Nothing to show, why, and the next thing to do. */
export function EmptyState({ icon, title, children, action, className }: EmptyStateProps) {
  return (
    <div className={cn('flex flex-col items-center px-6 py-12 text-center', className)}>
      <div
        aria-hidden
        className="flex size-12 items-center justify-center rounded-2xl bg-primary-soft text-primary-text ring-6 ring-primary-soft/40 [&_svg]:size-5.5"
      >
        {icon}
      </div>
      <h2 className="mt-5 text-base font-semibold tracking-tight text-balance">{title}</h2>
      {children === undefined ? null : (
        <div className="mt-1.5 max-w-sm text-sm leading-relaxed text-pretty text-muted-foreground">
          {children}
        </div>
      )}
      {action === undefined ? null : <div className="mt-5 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}
