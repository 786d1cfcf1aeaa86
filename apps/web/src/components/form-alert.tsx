import { CircleAlert, Info } from 'lucide-react';
import type { ReactNode } from 'react';
import { cn } from '#lib/class-names.ts';

/** A message about the whole form. */
export function FormAlert({ tone = 'danger', children }: { tone?: 'danger' | 'info'; children: ReactNode }) {
  const Icon = tone === 'danger' ? CircleAlert : Info;
  return (
    <div
      role={tone === 'danger' ? 'alert' : 'status'}
      className={cn(
        'flex items-start gap-2.5 rounded-xl p-3 text-sm leading-snug text-pretty',
        tone === 'danger' ? 'bg-danger-soft text-danger-text' : 'bg-info-soft text-info-text',
      )}
    >
      <Icon aria-hidden className="mt-px size-4 shrink-0" />
      <div className="min-w-0">{children}</div>
    </div>
  );
}
