import { ArrowLeft } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { Link, NavigationType, useNavigationType } from 'react-router';
import { cn } from '#lib/class-names.ts';
import { usePageTitle } from '#lib/use-page-title.ts';
import { Skeleton } from './ui/skeleton.tsx';

interface PageProps {
  title: string;
  /** Shown instead of the title when it needs more than text; null while it is not known yet. */
  heading?: ReactNode;
  note?: ReactNode;
  actions?: ReactNode;
  back?: { to: string; label: string };
  width?: 'normal' | 'wide' | 'narrow';
  children: ReactNode;
}

const widths = { narrow: 'max-w-2xl', normal: 'max-w-5xl', wide: 'max-w-6xl' };

/** The frame of a screen: its heading takes the focus when one arrives by a link, so that a screen reader announces it. */
export function Page({ title, heading, note, actions, back, width = 'normal', children }: PageProps) {
  const headingRef = useRef<HTMLHeadingElement>(null);
  const arrivedBy = useNavigationType();
  usePageTitle(title);
  useEffect(() => {
    const heading = headingRef.current;
    if (arrivedBy !== NavigationType.Push || heading === null) return;
    // A form that has taken the focus for its first field keeps it.
    const inside = heading.closest('main')?.querySelector(':focus') ?? null;
    if (inside === null) heading.focus({ preventScroll: true });
  }, [arrivedBy]);
  return (
    <div
      className={cn(
        'mx-auto flex w-full flex-col gap-5 px-4 pt-5 pb-10 sm:px-6 sm:pt-7 lg:px-8',
        widths[width],
      )}
    >
      <header className="flex flex-wrap items-end justify-between gap-x-4 gap-y-3">
        <div className="min-w-0 flex-1 basis-64">
          {back === undefined ? null : (
            <Link
              to={back.to}
              className="-ml-1 mb-1.5 inline-flex h-6 items-center gap-1 rounded px-1 text-[0.8125rem] text-muted-foreground hover:text-foreground"
            >
              <ArrowLeft aria-hidden className="size-3.5" />
              {back.label}
            </Link>
          )}
          <h1
            ref={headingRef}
            tabIndex={-1}
            className="text-[1.375rem] leading-tight font-semibold tracking-tight text-balance sm:text-2xl"
          >
            {heading === null ? <Skeleton className="my-0.5 h-6 w-52" /> : (heading ?? title)}
          </h1>
          {note === undefined ? null : (
            <div className="mt-1 text-sm text-pretty text-muted-foreground">{note}</div>
          )}
        </div>
        {actions === undefined ? null : <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </header>
      {children}
    </div>
  );
}
