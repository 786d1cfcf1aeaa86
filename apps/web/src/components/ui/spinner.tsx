import { LoaderCircle } from 'lucide-react';
import { cn } from '#lib/class-names.ts';

/** Something is under way. Decorative: whoever shows it says so in words or `aria-busy`. */
export function Spinner({ className }: { className?: string }) {
  return <LoaderCircle aria-hidden className={cn('size-4 animate-spin', className)} />;
}
