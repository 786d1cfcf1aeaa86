import type { Connection, NumberLimits } from '@zaphub/types';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { QueryView } from '#components/query-view.tsx';
import { Card } from '#components/ui/card.tsx';
import { Progress } from '#components/ui/progress.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { useApi } from '#lib/services.tsx';
import { useFormat } from '#lib/use-format.ts';
import { useRateWords } from '#lib/use-rate-words.ts';
import { useWorkspace } from '#lib/workspace.ts';
import { numberLimitsQuery } from '../api/limits.ts';
import { LimitsForm } from './limits-form.tsx';

/** How fast and how much a number may send, what of today is used up, and the form to change it while it sends. */
export function LimitsCard({ connection }: { connection: Connection }) {
  const { t } = useTranslation();
  const limits = useQuery(numberLimitsQuery(useApi(), connection.id));
  return (
    <Card title={t('connections.limits.title')} note={t('connections.limits.note')}>
      <QueryView
        query={limits}
        what={t('connections.limits.failed')}
        skeleton={<Skeleton className="h-64 rounded-xl" />}
      >
        {(loaded) => (
          <div className="flex flex-col gap-5">
            <Today limits={loaded} />
            <LimitsForm connection={connection} limits={loaded} />
          </div>
        )}
      </QueryView>
    </Card>
  );
}

/** What holds at this moment, in two facts. */
function Today({ limits }: { limits: NumberLimits }) {
  const { t } = useTranslation();
  const format = useFormat();
  const rateWords = useRateWords();
  const { tenant } = useWorkspace();
  const { cap_today: cap, left_today: left } = limits;
  const zone = (limits.timezone ?? tenant.timezone).replaceAll('_', ' ');
  const sent = cap === null || left === null ? 0 : cap - left;
  return (
    <dl className="grid gap-4 rounded-xl bg-muted/60 p-4 text-sm sm:grid-cols-2">
      <div>
        <dt className="text-xs text-muted-foreground">{t('connections.limits.now')}</dt>
        <dd className="mt-0.5 font-semibold tabular-nums">
          {limits.rate_now === null ? t('connections.limits.free') : rateWords(limits.rate_now)}
        </dd>
      </div>
      <div className="min-w-0">
        <dt className="text-xs text-muted-foreground">{t('connections.limits.today')}</dt>
        <dd className="mt-0.5 font-semibold tabular-nums">
          {cap === null
            ? t('connections.limits.noCap')
            : t('connections.limits.used', { sent: format.number(sent), cap: format.number(cap) })}
        </dd>
        {cap === null ? null : (
          <dd className="mt-2 flex flex-col gap-1.5">
            <Progress
              value01={cap === 0 ? 1 : sent / cap}
              label={t('connections.limits.today')}
              segments={[{ key: 'sent', ratio01: sent / cap, tone: left === 0 ? 'warning' : 'primary' }]}
            />
            <span className="text-xs text-pretty text-muted-foreground">
              {t(left === 0 ? 'connections.limits.usedUp' : 'connections.limits.dayEnds', { zone })}
            </span>
          </dd>
        )}
      </div>
    </dl>
  );
}
