import type { Connection } from '@zaphub/types';
import { Smartphone } from 'lucide-react';
import { LinkRow } from '#components/link-row.tsx';
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
    <LinkRow
      to={`/connections/${connection.id}`}
      icon={<Smartphone strokeWidth={1.8} />}
      title={connection.name}
      badge={<ConnectionStatusBadge connection={connection} />}
      note={summary(connection)}
    >
      {trouble === null ? null : (
        <p className="mt-1 text-[0.8125rem] leading-snug text-pretty text-muted-foreground">{trouble}</p>
      )}
    </LinkRow>
  );
}
