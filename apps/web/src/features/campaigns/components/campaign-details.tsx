import type { Campaign } from '@zaphub/types';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '#components/copy-button.tsx';
import { Card } from '#components/ui/card.tsx';
import { useFormat } from '#lib/use-format.ts';
import { useWorkspace } from '#lib/workspace.ts';

/** What the campaign was made with. */
export function CampaignDetails({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { tenant } = useWorkspace();
  const rows: [string, string][] = [
    [
      t('campaigns.details.audience'),
      campaign.audience.kind === 'all'
        ? t('campaigns.audience.all')
        : t('campaigns.audience.tag', { tag: campaign.audience.tag }),
    ],
    [
      t('campaigns.details.speed'),
      campaign.rate_per_second === null
        ? t('campaigns.details.speedFree')
        : t('campaigns.details.speedLimited', { rate: format.number(campaign.rate_per_second) }),
    ],
    [t('campaigns.details.policy'), t(`campaigns.form.policy.${campaign.unknown_policy}`)],
    [t('campaigns.details.created'), format.dateTime(campaign.created_at, tenant.timezone)],
  ];
  return (
    <Card title={t('campaigns.details.title')}>
      <dl className="grid gap-3 text-sm">
        {rows.map(([label, value]) => (
          <div key={label}>
            <dt className="text-[0.8125rem] text-muted-foreground">{label}</dt>
            <dd className="mt-0.5">{value}</dd>
          </div>
        ))}
        <div>
          <dt className="text-[0.8125rem] text-muted-foreground">{t('campaigns.details.id')}</dt>
          <dd className="flex items-center gap-1">
            <code className="truncate font-mono text-xs">{campaign.id}</code>
            <CopyButton text={campaign.id} label={t('campaigns.details.copyId')} />
          </dd>
        </div>
      </dl>
    </Card>
  );
}
