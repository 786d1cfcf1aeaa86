import type { Preflight } from '@zaphub/types';
import type { UseQueryResult } from '@tanstack/react-query';
import { CircleSlash, Clock, TriangleAlert, UserRoundCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { QueryView } from '#components/query-view.tsx';
import { Card } from '#components/ui/card.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { cn } from '#lib/class-names.ts';
import { useDuration } from '#lib/use-duration.ts';
import { useFormat } from '#lib/use-format.ts';
import { useWorkspace } from '#lib/workspace.ts';

interface PreflightCardProps {
  query: UseQueryResult<Preflight>;
  /** False until there is enough to ask about. */
  isReady: boolean;
}

/** Who will get the campaign, who will not, and why, before anything is sent. */
export function PreflightCard({ query, isReady }: PreflightCardProps) {
  const { t } = useTranslation();
  return (
    <Card title={t('campaigns.preflight.title')} bodyClassName="min-h-28">
      {isReady ? (
        <div
          className={cn('transition-opacity', query.isPlaceholderData && 'opacity-60')}
          aria-live="polite"
          aria-busy={query.isPlaceholderData}
        >
          <QueryView query={query} what={t('campaigns.preflight.failed')} skeleton={<CardSkeleton />}>
            {(preflight) => <PreflightFacts preflight={preflight} />}
          </QueryView>
        </div>
      ) : (
        <p className="text-sm text-pretty text-muted-foreground">{t('campaigns.preflight.waiting')}</p>
      )}
    </Card>
  );
}

function PreflightFacts({ preflight }: { preflight: Preflight }) {
  const { t } = useTranslation();
  const format = useFormat();
  const duration = useDuration();
  const { tenant } = useWorkspace();
  const skipped = preflight.skipped.filter(({ count }) => count > 0);
  const isNobody = preflight.will_receive === 0;
  return (
    <div className="flex flex-col gap-4 text-sm">
      {isNobody ? (
        <div className="flex items-start gap-3">
          <CircleSlash aria-hidden className="mt-0.5 size-5 shrink-0 text-danger-text" />
          <div>
            <p className="font-medium">{t('campaigns.preflight.nobody')}</p>
            <p className="text-muted-foreground">{t('campaigns.preflight.nobodyNote')}</p>
          </div>
        </div>
      ) : (
        <div className="flex items-center gap-3">
          <UserRoundCheck aria-hidden className="size-5 shrink-0 text-success-text" />
          <p className="flex items-baseline gap-2">
            <span className="text-2xl font-semibold tracking-tight tabular-nums" data-testid="will-receive">
              {format.number(preflight.will_receive)}
            </span>
            {t('campaigns.preflight.receive', { count: preflight.will_receive })}
          </p>
        </div>
      )}
      {skipped.length > 0 ? (
        <div className="flex items-start gap-3">
          <CircleSlash aria-hidden className="mt-0.5 size-5 shrink-0 text-muted-foreground" />
          <div className="min-w-0 flex-1">
            <p className="font-medium">
              {t('campaigns.preflight.skipped', {
                count: skipped.reduce((sum, { count }) => sum + count, 0),
              })}
            </p>
            <ul className="mt-1 flex flex-col gap-1 text-muted-foreground">
              {skipped.map(({ reason, count }) => (
                <li key={reason} className="flex justify-between gap-3">
                  <span className="text-pretty">{t(`campaigns.skip.${reason}`)}</span>
                  <span className="tabular-nums">{format.number(count)}</span>
                </li>
              ))}
            </ul>
          </div>
        </div>
      ) : null}
      {preflight.missing_variables.length > 0 ? (
        <div className="flex items-start gap-3">
          <TriangleAlert aria-hidden className="mt-0.5 size-5 shrink-0 text-warning-text" />
          <div className="min-w-0">
            <p className="font-medium">{t('campaigns.preflight.missing')}</p>
            <ul className="mt-1 flex flex-col gap-1 text-muted-foreground">
              {preflight.missing_variables.map(({ variable, contacts }) => (
                <li key={variable} className="text-pretty">
                  {t('campaigns.preflight.missingOne', { count: contacts, variable })}
                </li>
              ))}
            </ul>
          </div>
        </div>
      ) : null}
      <Warnings preflight={preflight} />
      {isNobody ? null : (
        <div className="flex items-start gap-3 text-muted-foreground">
          <Clock aria-hidden className="mt-0.5 size-5 shrink-0" />
          <div>
            <p>
              {preflight.estimated_seconds === null || preflight.estimated_seconds < 1
                ? t('campaigns.form.fast')
                : t('campaigns.preflight.duration', { duration: duration(preflight.estimated_seconds) })}
            </p>
            {preflight.expected_finish_at === null ? null : (
              <p className="tabular-nums">
                {t('campaigns.preflight.finish', {
                  when: format.dateTime(preflight.expected_finish_at, tenant.timezone),
                })}
              </p>
            )}
            {preflight.left_today === null ? null : (
              <p className="tabular-nums">
                {t('campaigns.preflight.leftToday', { count: preflight.left_today })}
              </p>
            )}
          </div>
        </div>
      )}
    </div>
  );
}

/** Numbers that will come to nothing, or to the same phone twice. */
function Warnings({ preflight }: { preflight: Preflight }) {
  const { t } = useTranslation();
  const found = (['invalid', 'duplicates', 'capped'] as const).filter((name) => preflight[name] > 0);
  if (found.length === 0) return null;
  return (
    <div className="flex items-start gap-3">
      <TriangleAlert aria-hidden className="mt-0.5 size-5 shrink-0 text-warning-text" />
      <ul className="flex flex-col gap-1 text-muted-foreground">
        {found.map((name) => (
          <li key={name} className="text-pretty">
            {t(`campaigns.preflight.${name}`, { count: preflight[name] })}
          </li>
        ))}
      </ul>
    </div>
  );
}

function CardSkeleton() {
  return (
    <div className="flex flex-col gap-4">
      <Skeleton className="h-8 w-44" />
      <Skeleton className="h-4 w-56" />
      <Skeleton className="h-4 w-36" />
    </div>
  );
}
