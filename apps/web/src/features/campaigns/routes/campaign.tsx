import { type Campaign, type MessageState, messageState } from '@zaphub/types';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useParams, useSearchParams } from 'react-router';
import { Page } from '#components/page.tsx';
import { QueryView } from '#components/query-view.tsx';
import { ChatPreview } from '#components/whatsapp/chat-preview.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { useLivePoll } from '#lib/live-state.ts';
import { useApi } from '#lib/services.tsx';
import { campaignQuery } from '../api/get-campaign.ts';
import { Buckets } from '../components/buckets.tsx';
import { CampaignActions } from '../components/campaign-actions.tsx';
import { CampaignDetails } from '../components/campaign-details.tsx';
import { isOver } from '../components/campaign-facts.ts';
import { CampaignStatusBadge } from '../components/campaign-status-badge.tsx';
import { DraftView } from '../components/draft-view.tsx';
import { HeldCard } from '../components/held-card.tsx';
import { HoursCard } from '../components/hours-card.tsx';
import { LiveProgress } from '../components/live-progress.tsx';
import { RateCard } from '../components/rate-card.tsx';
import { Recipients } from '../components/recipients.tsx';
import { StallCard } from '../components/stall-card.tsx';
import { UnknownCard } from '../components/unknown-card.tsx';

/** One campaign from draft to report; while it sends, its numbers come by themselves. */
export function CampaignRoute() {
  const { t } = useTranslation();
  const { campaignId = '' } = useParams();
  const pollMs = useLivePoll(true);
  const campaign = useQuery({
    ...campaignQuery(useApi(), campaignId),
    refetchInterval: ({ state }) => (state.data !== undefined && mayChange(state.data) ? pollMs : false),
  });
  const { data } = campaign;
  const isDraft = data?.status === 'draft';
  return (
    <Page
      title={data?.name ?? t('campaigns.title')}
      heading={
        data === undefined ? (
          campaign.isError ? undefined : null
        ) : (
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
            <span className="min-w-0 break-words">{data.name}</span>
            <CampaignStatusBadge status={data.status} />
          </span>
        )
      }
      back={{ to: '/campaigns', label: t('campaigns.back') }}
      width="wide"
      actions={data === undefined || isDraft ? undefined : <CampaignActions campaign={data} />}
    >
      <QueryView query={campaign} what={t('campaigns.oneFailed')} skeleton={<LiveSkeleton />}>
        {(loaded) =>
          loaded.status === 'draft' || loaded.status === 'scheduled' ? (
            <DraftView campaign={loaded} />
          ) : (
            <LiveView campaign={loaded} updatedAt={campaign.dataUpdatedAt} />
          )
        }
      </QueryView>
    </Page>
  );
}

/** Receipts still arrive after a campaign has ended, so a completed one may change as well. */
function mayChange(campaign: Campaign): boolean {
  return (
    campaign.status === 'scheduled' ||
    !isOver(campaign.status) ||
    campaign.counters.sent + campaign.counters.delivered > 0
  );
}

function LiveView({ campaign, updatedAt }: { campaign: Campaign; updatedAt: number }) {
  const { t } = useTranslation();
  const [parameters, setParameters] = useSearchParams();
  const parsed = messageState.safeParse(parameters.get('state'));
  const selected = parsed.success ? parsed.data : undefined;

  function select(state: MessageState | undefined): void {
    setParameters(state === undefined ? {} : { state }, { replace: true, preventScrollReset: true });
  }

  return (
    <div className="flex flex-col gap-5">
      <HeldCard campaign={campaign} />
      <StallCard campaign={campaign} />
      <LiveProgress campaign={campaign} updatedAt={updatedAt} />
      <Buckets counters={campaign.counters} selected={selected} onSelect={select} />
      <UnknownCard campaign={campaign} />
      <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_19rem]">
        <Recipients campaign={campaign} state={selected} />
        <div className="flex min-w-0 flex-col gap-5">
          <ChatPreview text={campaign.body} name={t('campaigns.details.message')} placeholder="" />
          <RateCard campaign={campaign} />
          <HoursCard campaign={campaign} />
          <CampaignDetails campaign={campaign} />
        </div>
      </div>
    </div>
  );
}

function LiveSkeleton() {
  return (
    <div className="flex flex-col gap-5">
      <Skeleton className="h-44 rounded-2xl" />
      <div className="grid grid-cols-2 gap-2 sm:grid-cols-3 lg:grid-cols-6">
        {Array.from({ length: 6 }, (_, index) => (
          <Skeleton key={index} className="h-24 rounded-2xl" />
        ))}
      </div>
      <Skeleton className="h-96 rounded-2xl" />
    </div>
  );
}
