import type { Campaign } from '@zaphub/types';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { CopyButton } from '#components/copy-button.tsx';
import { Card } from '#components/ui/card.tsx';
import { connectionsQuery } from '#features/connections/index.ts';
import { senderPoolsQuery } from '#features/sender-pools/index.ts';
import { useApi } from '#lib/services.tsx';
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
    ...(campaign.network_template === null
      ? []
      : [
          [
            t('campaigns.form.networkTemplate'),
            `${campaign.network_template.name} (${campaign.network_template.language})`,
          ] satisfies [string, string],
        ]),
    [t('campaigns.details.policy'), t(`campaigns.form.policy.${campaign.unknown_policy}`)],
    [t('campaigns.details.created'), format.dateTime(campaign.created_at, tenant.timezone)],
  ];
  return (
    <Card title={t('campaigns.details.title')}>
      <dl className="grid gap-3 text-sm">
        <div>
          <dt className="text-[0.8125rem] text-muted-foreground">{t('campaigns.details.sender')}</dt>
          <dd className="mt-0.5">
            <SenderLink campaign={campaign} />
          </dd>
        </div>
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

/** The number or the pool that sends it, and the way to its page; just its kind when it was deleted. */
function SenderLink({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation();
  const api = useApi();
  const { connection_id: connectionId, sender_pool_id: poolId } = campaign;
  const connections = useQuery(connectionsQuery(api)).data?.data;
  const pools = useQuery({ ...senderPoolsQuery(api), enabled: poolId !== null }).data?.data;
  const isLoaded = (poolId === null ? connections : pools) !== undefined;
  const sender =
    poolId === null
      ? connections?.find(({ id }) => id === connectionId)
      : pools?.find(({ id }) => id === poolId);
  if (sender === undefined) return isLoaded ? t('campaigns.details.senderGone') : '…';
  return (
    <Link
      to={poolId === null ? `/connections/${connectionId}` : `/connections/pools/${poolId}`}
      className="text-primary-text underline-offset-4 hover:underline"
    >
      {sender.name}
    </Link>
  );
}
