import type { ComponentProps } from 'react';
import { cn } from '#lib/class-names.ts';

/** The frame shared by everything one can type into. */
export const controlStyle =
  'w-full min-w-0 rounded-control border border-input bg-card text-base text-foreground shadow-soft transition-[border-color,box-shadow] placeholder:text-muted-foreground/80 hover:border-muted-foreground/50 focus-visible:border-ring focus-visible:outline-2 focus-visible:outline-offset-0 focus-visible:outline-ring/60 disabled:cursor-not-allowed disabled:opacity-60 aria-invalid:border-danger aria-invalid:outline-danger/50 md:text-sm';

/** One line of text. */
export function Input({ className, type = 'text', ...props }: ComponentProps<'input'>) {
  return <input type={type} className={cn(controlStyle, 'h-10 px-3 md:h-9', className)} {...props} />;
}

/** Several lines of text. */
export function Textarea({ className, ...props }: ComponentProps<'textarea'>) {
  return (
    <textarea className={cn(controlStyle, 'min-h-24 px-3 py-2 leading-relaxed', className)} {...props} />
  );
}
