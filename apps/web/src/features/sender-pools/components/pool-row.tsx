import type { Connection, SenderPool } from '@zaphub/types';
import { ChevronRight, Waypoints } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Badge } from '#components/ui/badge.tsx';
import { useFormat } from '#lib/use-format.ts';
import { useMemberWords } from './use-member-words.ts';

interface PoolRowProps {
  pool: SenderPool;
  connections: readonly Connection[];
}

/** One pool in a list: its numbers, and how many of them can send now. */
export function PoolRow({ pool, connections }: PoolRowProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useMemberWords();
  const members = pool.members.flatMap((member) => {
    const connection = connections.find(({ id }) => id === member.connection_id);
    return connection === undefined ? [] : [{ connection, trouble: words(connection, member) }];
  });
  const stopped = members.filter(({ trouble }) => trouble !== null).length;
  const isExhausted = stopped === members.length;
  return (
    <li className="relative flex min-h-16 items-center gap-3.5 px-4 py-3.5 transition-colors hover:bg-muted/50 sm:px-5">
      <span
        aria-hidden
        className="flex size-9 shrink-0 items-center justify-center self-start rounded-lg bg-muted text-muted-foreground"
      >
        <Waypoints className="size-4.5" strokeWidth={1.8} />
      </span>
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
          <Link
            to={`/connections/pools/${pool.id}`}
            className="min-w-0 truncate text-sm font-medium after:absolute after:inset-0"
          >
            {pool.name}
          </Link>
          {stopped === 0 ? (
            <Badge tone="success">{t('senderPools.state.good')}</Badge>
          ) : (
            <Badge tone={isExhausted ? 'danger' : 'warning'}>
              {isExhausted ? t('senderPools.state.none') : t('senderPools.state.some', { count: stopped })}
            </Badge>
          )}
        </p>
        <p className="truncate text-[0.8125rem] text-muted-foreground">
          {members.length === 0
            ? t('senderPools.noNumbers')
            : format.list(members.map(({ connection }) => connection.name))}
        </p>
      </div>
      <ChevronRight aria-hidden className="size-4 shrink-0 text-muted-foreground" />
    </li>
  );
}
