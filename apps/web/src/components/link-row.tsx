import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';

interface LinkRowProps {
  to: string;
  icon: ReactNode;
  title: string;
  /** The state of the thing, in a word. */
  badge: ReactNode;
  note: string;
  /** What is wrong with it, if anything is. */
  children?: ReactNode;
}

/** One thing in a list, with its state. The whole row leads to its page. */
export function LinkRow({ to, icon, title, badge, note, children }: LinkRowProps) {
  return (
    <li className="relative flex min-h-16 items-center gap-3.5 px-4 py-3.5 transition-colors hover:bg-muted/50 sm:px-5">
      <span
        aria-hidden
        className="flex size-9 shrink-0 items-center justify-center self-start rounded-lg bg-muted text-muted-foreground [&_svg]:size-4.5"
      >
        {icon}
      </span>
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
          <Link to={to} className="min-w-0 truncate text-sm font-medium after:absolute after:inset-0">
            {title}
          </Link>
          {badge}
        </p>
        <p className="truncate text-[0.8125rem] text-muted-foreground">{note}</p>
        {children}
      </div>
      <ChevronRight aria-hidden className="size-4 shrink-0 text-muted-foreground" />
    </li>
  );
}
