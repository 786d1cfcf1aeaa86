import type { Campaign, StallCause } from '@zaphub/types';
import { TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { ButtonLink } from '#components/ui/button-link.tsx';
import { useFormat } from '#lib/use-format.ts';
import { useNow } from '#lib/use-now.ts';
import { useStallWords } from './use-stall-words.ts';

/** Causes that are a matter of the number, which has a page of its own. */
const ofNumber: ReadonlySet<StallCause> = new Set([
  'number_held',
  'number_offline',
  'daily_cap',
  'warm_up',
  'slow_rate',
  'network_away',
  'network_wait',
  'pool_exhausted',
]);

/** Why a running campaign does not move, what to do about it, and the way there. */
export function StallCard({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow(30_000);
  const words = useStallWords();
  const { stall, sender_pool_id: poolId } = campaign;
  if (stall === null || campaign.status !== 'running') return null;
  const { what, why, remedy, until } = words(stall);
  return (
    <section
      role="status"
      className="card flex flex-wrap items-start gap-x-4 gap-y-3 border-warning/40 bg-warning-soft/50 p-5"
    >
      <TriangleAlert aria-hidden className="size-6 shrink-0 text-warning-text" />
      <div className="min-w-0 flex-1 basis-60">
        <h2 className="text-[0.9375rem] font-semibold tracking-tight text-pretty">{what}</h2>
        {why === null ? null : <p className="mt-1 text-sm leading-relaxed text-pretty">{why}</p>}
        <p className="mt-1 max-w-2xl text-sm leading-relaxed text-pretty text-muted-foreground">
          {[remedy, until].filter((part) => part !== null).join(' ')}
        </p>
        <p className="mt-1.5 text-[0.8125rem] text-muted-foreground">
          {t('campaigns.stall.since', { when: format.ago(stall.since, now) })}
        </p>
      </div>
      {!ofNumber.has(stall.cause) ? null : poolId === null ? (
        <ButtonLink to={`/connections/${campaign.connection_id}`} variant="secondary" size="sm">
          {t('campaigns.stall.toNumber')}
        </ButtonLink>
      ) : (
        <ButtonLink to={`/connections/pools/${poolId}`} variant="secondary" size="sm">
          {t('campaigns.stall.toPool')}
        </ButtonLink>
      )}
    </section>
  );
}
