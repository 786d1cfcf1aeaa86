import type { Connection, ConnectionHealth } from '@zaphub/types';
import { useQuery } from '@tanstack/react-query';
import { Play } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { QueryView } from '#components/query-view.tsx';
import { Badge, type Tone } from '#components/ui/badge.tsx';
import { Button } from '#components/ui/button.tsx';
import { Card } from '#components/ui/card.tsx';
import { Progress } from '#components/ui/progress.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { useToastError } from '#lib/describe-error.ts';
import { useLivePoll } from '#lib/live-state.ts';
import { useApi } from '#lib/services.tsx';
import { useFormat } from '#lib/use-format.ts';
import { useNow } from '#lib/use-now.ts';
import { useCan } from '#lib/workspace.ts';
import { useMoveConnection } from '../api/change-connection.ts';
import { healthQuery } from '../api/get-connection.ts';
import { useHoldEndWords } from './connection-words.ts';
import { HealthRules } from './health-rules.tsx';

type Sending = ConnectionHealth['sending'];

const tones: Record<Sending['state'], Tone> = { good: 'success', slowed: 'warning', stopped: 'danger' };

/** How what a number sends is taken: its score, whether that slows or stops it, why, and what to do. */
export function SendingHealthCard({ connection }: { connection: Connection }) {
  const { t } = useTranslation();
  const health = useQuery({
    ...healthQuery(useApi(), connection.id),
    refetchInterval: useLivePoll(true),
  });
  const state = health.data?.sending.state;
  return (
    <Card
      title={t('connections.sending.title')}
      note={t('connections.sending.note')}
      action={
        state === undefined ? undefined : (
          <Badge tone={tones[state]}>{t(`connections.sending.state.${state}`)}</Badge>
        )
      }
    >
      <QueryView
        query={health}
        what={t('connections.health.failed')}
        skeleton={<Skeleton className="h-48 rounded-xl" />}
      >
        {({ sending }) => (
          <div className="grid items-start gap-x-8 gap-y-5 md:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]">
            <div className="flex flex-col gap-5">
              <Score sending={sending} />
              {sending.state === 'good' ? null : <Trouble connection={connection} sending={sending} />}
            </div>
            <HealthRules connection={connection} sending={sending} />
          </div>
        )}
      </QueryView>
    </Card>
  );
}

function Score({ sending }: { sending: Sending }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow(30_000);
  return (
    <div>
      <p className="flex items-baseline gap-2">
        <span className="text-3xl leading-none font-semibold tracking-tight tabular-nums">
          {format.number(sending.score)}
        </span>
        <span className="text-sm text-muted-foreground">
          {sending.state === 'good' || sending.since === null
            ? t('connections.sending.of100')
            : t('connections.sending.anew', { when: format.ago(sending.since, now) })}
        </span>
      </p>
      <Progress
        value01={sending.score / 100}
        label={t('connections.sending.score')}
        segments={[{ key: 'score', ratio01: sending.score / 100, tone: tones[sending.state] }]}
        className="mt-3"
      />
    </div>
  );
}

/** Why it is slowed or stopped, what becomes of it, and the way to let it send again. */
function Trouble({ connection, sending }: { connection: Connection; sending: Sending }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const toastError = useToastError();
  const holdEnd = useHoldEndWords();
  const canRelease = useCan('operator');
  const move = useMoveConnection(connection.id);
  const cause = sending.cause ?? 'over';
  const known = i18n.exists(`connections.sending.cause.${cause}.what`);
  const hold = sending.state === 'stopped' ? connection.hold : null;
  return (
    <div
      role="status"
      className="flex flex-col gap-2 rounded-xl bg-warning-soft p-4 text-sm leading-relaxed text-pretty text-warning-text"
    >
      <p className="font-medium">
        {known ? t(`connections.sending.cause.${cause}.what`) : t('connections.hold.because', { cause })}
      </p>
      {known ? <p>{t(`connections.sending.cause.${cause}.remedy`)}</p> : null}
      <p>
        {hold !== null
          ? holdEnd(hold)
          : t('connections.sending.pace', { share: format.percent(sending.pace_share01) })}
      </p>
      {hold !== null && canRelease ? (
        <div className="mt-1 flex flex-col items-start gap-2">
          <Button
            variant="secondary"
            size="sm"
            busy={move.isPending}
            onClick={() =>
              move.mutate(
                { verb: 'release' },
                { onError: (error) => toastError(t('connections.action.releaseFailed'), error) },
              )
            }
          >
            <Play aria-hidden />
            {t('connections.action.release')}
          </Button>
          <p>{t('connections.sending.afterRelease')}</p>
        </div>
      ) : null}
    </div>
  );
}
