import type { Connection, ConnectionHealth } from '@zaphub/types';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { QueryView } from '#components/query-view.tsx';
import { RowsSkeleton } from '#components/rows-skeleton.tsx';
import { Card } from '#components/ui/card.tsx';
import { useLivePoll } from '#lib/live-state.ts';
import { useApi } from '#lib/services.tsx';
import { useFormat } from '#lib/use-format.ts';
import { useNow } from '#lib/use-now.ts';
import { healthQuery } from '../api/get-connection.ts';
import { needsSession } from './connection-words.ts';

/** How well the way to the network is, and what happened to the number. */
export function HealthCard({ connection }: { connection: Connection }) {
  const { t } = useTranslation();
  const health = useQuery({
    ...healthQuery(useApi(), connection.id),
    refetchInterval: useLivePoll(needsSession(connection)),
  });
  return (
    <Card title={t('connections.health.title')} flush>
      <div>
        <QueryView query={health} what={t('connections.health.failed')} skeleton={<RowsSkeleton rows={3} />}>
          {(data) => (
            <>
              {needsSession(connection) ? <Pulse health={data} /> : null}
              <Slowed health={data} />
              <History health={data} />
            </>
          )}
        </QueryView>
      </div>
    </Card>
  );
}

function Pulse({ health }: { health: ConnectionHealth }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow(5_000);
  const never = t('connections.health.never');
  const facts = [
    {
      key: 'answered',
      value: health.answered_at === null ? never : format.ago(health.answered_at, now),
    },
    {
      key: 'ping',
      value:
        health.ping_ms === null
          ? never
          : t('connections.health.ms', { value: format.number(Math.round(health.ping_ms)) }),
    },
    {
      key: 'next',
      value:
        health.next_attempt_at === null
          ? t('connections.health.nothing')
          : format.relative(health.next_attempt_at, now),
    },
  ] as const;
  return (
    <dl className="grid grid-cols-1 divide-y border-b sm:grid-cols-3 sm:divide-x sm:divide-y-0">
      {facts.map(({ key, value }) => (
        <div key={key} className="px-4 py-3 sm:px-5">
          <dt className="text-xs text-muted-foreground">{t(`connections.health.${key}`)}</dt>
          <dd className="mt-0.5 text-sm font-medium tabular-nums">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Slowed({ health }: { health: ConnectionHealth }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  if (health.slowed === null) return null;
  const { cause, share01 } = health.slowed;
  const key = `campaigns.reason.${cause}`;
  return (
    <p className="border-b px-4 py-3 text-sm sm:px-5">
      {t('connections.health.slowed', {
        share: format.percent(share01),
        cause: i18n.exists(key) ? t(key) : cause,
      })}
    </p>
  );
}

function History({ health }: { health: ConnectionHealth }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  if (health.events.length === 0) {
    return <p className="px-5 py-5 text-sm text-muted-foreground">{t('connections.health.empty')}</p>;
  }
  const wordsOf = ({ type, status, cause }: ConnectionHealth['events'][number]): string => {
    const key = `connections.event.${type.replaceAll('.', '-')}`;
    const words = i18n.exists(key) ? t(key) : status === null ? type : t(`connections.status.${status}`);
    const why = cause === null ? undefined : `connections.cause.${cause}.what`;
    return why !== undefined && i18n.exists(why) ? `${words}: ${t(why)}` : words;
  };
  return (
    <ol
      className="max-h-96 divide-y overflow-y-auto"
      tabIndex={0}
      aria-label={t('connections.health.history')}
    >
      {health.events.map((event, index) => (
        // Two events of one kind may have one time; the list is replaced as a whole.
        <li key={`${event.at} ${index}`} className="flex items-baseline gap-4 px-4 py-2.5 sm:px-5">
          <span className="min-w-0 flex-1 text-sm text-pretty">{wordsOf(event)}</span>
          <time dateTime={event.at} className="shrink-0 text-xs text-muted-foreground tabular-nums">
            {format.dateTime(event.at)}
          </time>
        </li>
      ))}
    </ol>
  );
}
