import type { Campaign } from '@zaphub/types';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { campaignsQuery } from '#features/campaigns/index.ts';
import { contactSummaryQuery } from '#features/contacts/index.ts';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { useApi } from '#lib/services.tsx';
import { useFormat } from '#lib/use-format.ts';

/** How many contacts there are, and how far the latest campaigns got. Hidden until something has been sent. */
export function Totals() {
  const { t } = useTranslation();
  const format = useFormat();
  const api = useApi();
  const summary = useQuery(contactSummaryQuery(api)).data;
  const campaigns = useQuery(campaignsQuery(api, { limit: 20 })).data?.data;
  const { sent, delivered, read } = sumUp(campaigns ?? []);
  if (campaigns === undefined || sent === 0) return null;
  const contacts =
    summary === undefined ? <Skeleton className="mt-1 h-6 w-20" /> : format.number(summary.total);
  return (
    <section aria-label={t('home.totals.title')}>
      <dl className="card grid grid-cols-2 divide-border sm:grid-cols-4 sm:divide-x">
        <Total label={t('home.totals.contacts')} note={t('home.totals.contactsNote')}>
          {summary?.exact === false
            ? t('home.totals.about', { value: format.number(summary.total) })
            : contacts}
        </Total>
        <Total label={t('home.totals.sent')} note={t('home.totals.latest')}>
          {format.number(sent)}
        </Total>
        <Total
          label={t('home.totals.delivered')}
          note={t('home.totals.share', { value: format.percent(delivered / sent) })}
        >
          {format.number(delivered)}
        </Total>
        <Total
          label={t('home.totals.read')}
          note={t('home.totals.share', { value: format.percent(read / sent) })}
        >
          {format.number(read)}
        </Total>
      </dl>
    </section>
  );
}

function Total({ label, note, children }: { label: string; note: string; children: ReactNode }) {
  return (
    <div className="min-w-0 px-4 py-4 sm:px-5">
      <dt className="truncate text-[0.8125rem] text-muted-foreground">{label}</dt>
      <dd className="mt-0.5 truncate text-2xl font-semibold tracking-tight tabular-nums">{children}</dd>
      <dd className="truncate text-xs text-muted-foreground tabular-nums">{note}</dd>
    </div>
  );
}

/** A message that was read was delivered, and one that was delivered was sent. */
function sumUp(campaigns: readonly Campaign[]): { sent: number; delivered: number; read: number } {
  const sum = { sent: 0, delivered: 0, read: 0 };
  for (const { counters } of campaigns) {
    sum.read += counters.read;
    sum.delivered += counters.delivered + counters.read;
    sum.sent += counters.sent + counters.delivered + counters.read;
  }
  return sum;
}
