import { cn } from '#lib/class-names.ts';

/** The place of something that is still coming, in its shape. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={cn('skeleton block', className)} />;
}
