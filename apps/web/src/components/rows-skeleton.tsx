import { Skeleton } from './ui/skeleton.tsx';

/** The shape of a list: rows of the height that real rows have. */
export function RowsSkeleton({ rows = 8 }: { rows?: number }) {
  return (
    <div className="divide-y">
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className="flex h-[4.25rem] items-center gap-4 px-5 md:h-14">
          <Skeleton className="h-3.5 w-40 max-w-[45%]" />
          <Skeleton className="hidden h-3 w-32 sm:block" />
          <span className="flex-1" />
          <Skeleton className="h-5 w-16 rounded-full" />
        </div>
      ))}
    </div>
  );
}
