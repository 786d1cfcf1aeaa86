import type { ComponentProps, ReactNode } from 'react';
import { cn } from '#lib/class-names.ts';

/** A table whose heading stays in sight and which scrolls sideways inside itself, never the page. */
export function Table({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="overflow-x-auto">
      <table aria-label={label} className="w-full border-collapse text-sm">
        {children}
      </table>
    </div>
  );
}

/** A heading of a column. */
export function Th({ className, ...props }: ComponentProps<'th'>) {
  return (
    <th
      scope="col"
      {...props}
      className={cn(
        'h-10 border-b px-4 text-left text-xs font-medium whitespace-nowrap text-muted-foreground first:pl-5 last:pr-5',
        className,
      )}
    />
  );
}

/** A cell, as high as a finger needs. */
export function Td({ className, ...props }: ComponentProps<'td'>) {
  return (
    <td {...props} className={cn('h-14 border-b px-4 py-2 align-middle first:pl-5 last:pr-5', className)} />
  );
}

/** A row. */
export function Tr({ className, ...props }: ComponentProps<'tr'>) {
  return (
    <tr
      {...props}
      className={cn(
        'transition-colors [tbody>&]:hover:bg-muted/50 [tbody>&:last-child>td]:border-0',
        className,
      )}
    />
  );
}
