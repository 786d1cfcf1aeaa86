import type { Connection, SenderPool } from '@zaphub/types';
import { Waypoints } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { LinkRow } from '#components/link-row.tsx';
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
  // One whose numbers were all deleted cannot send either.
  const isExhausted = stopped === members.length;
  return (
    <LinkRow
      to={`/connections/pools/${pool.id}`}
      icon={<Waypoints strokeWidth={1.8} />}
      title={pool.name}
      badge={
        stopped === 0 && !isExhausted ? (
          <Badge tone="success">{t('senderPools.state.good')}</Badge>
        ) : (
          <Badge tone={isExhausted ? 'danger' : 'warning'}>
            {isExhausted ? t('senderPools.state.none') : t('senderPools.state.some', { count: stopped })}
          </Badge>
        )
      }
      note={
        members.length === 0
          ? t('senderPools.noNumbers')
          : format.list(members.map(({ connection }) => connection.name))
      }
    />
  );
}
