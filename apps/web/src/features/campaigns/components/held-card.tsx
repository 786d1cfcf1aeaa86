import type { Campaign } from '@zaphub/types';
import { ShieldAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';

/** Says why a campaign waits for somebody's decision, and what each decision means. */
export function HeldCard({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation();
  if (campaign.held === null || campaign.status !== 'paused') return null;
  const { cause } = campaign.held;
  return (
    <section role="status" className="card flex items-start gap-4 border-warning/40 bg-warning-soft/50 p-5">
      <ShieldAlert aria-hidden className="size-6 shrink-0 text-warning-text" />
      <div className="min-w-0">
        <h2 className="text-[0.9375rem] font-semibold tracking-tight">{t(`campaigns.held.${cause}`)}</h2>
        <p className="mt-1 max-w-2xl text-sm leading-relaxed text-pretty text-muted-foreground">
          {t(`campaigns.held.${cause}Note`)}
        </p>
      </div>
    </section>
  );
}
