import type { Connection } from '@zaphub/types';
import { ChevronRight, Smartphone } from 'lucide-react';
import { Link } from 'react-router';
import { statusTones, useConnectionSummary, useHoldWords, useStatusWords } from './connection-words.ts';
import { ConnectionStatusBadge } from './status-badge.tsx';

/** One number in a list; what is wrong with it stands under its name, with what to do. */
export function ConnectionRow({ connection }: { connection: Connection }) {
  const summary = useConnectionSummary();
  const words = useStatusWords();
  const holdWords = useHoldWords();
  const isWell = statusTones[connection.status] === 'success';
  const { what, remedy } = words(connection);
  const trouble = isWell
    ? connection.hold === null
      ? null
      : holdWords(connection.hold.cause)
    : [what, remedy].filter((part) => part !== null).join(' ');
  return (
    <li className="relative flex min-h-16 items-center gap-3.5 px-4 py-3.5 transition-colors hover:bg-muted/50 sm:px-5">
      <span
        aria-hidden
        className="flex size-9 shrink-0 items-center justify-center self-start rounded-lg bg-muted text-muted-foreground"
      >
        <Smartphone className="size-4.5" strokeWidth={1.8} />
      </span>
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
          <Link
            to={`/connections/${connection.id}`}
            className="min-w-0 truncate text-sm font-medium after:absolute after:inset-0"
          >
            {connection.name}
          </Link>
          <ConnectionStatusBadge connection={connection} />
        </p>
        <p className="truncate text-[0.8125rem] text-muted-foreground">{summary(connection)}</p>
        {trouble === null ? null : (
          <p className="mt-1 text-[0.8125rem] leading-snug text-pretty text-muted-foreground">{trouble}</p>
        )}
      </div>
      <ChevronRight aria-hidden className="size-4 shrink-0 text-muted-foreground" />
    </li>
  );
}
