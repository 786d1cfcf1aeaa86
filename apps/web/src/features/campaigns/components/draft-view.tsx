import type { Campaign } from '@zaphub/types';
import { useQuery } from '@tanstack/react-query';
import { CalendarClock, Send, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { DeleteDialog } from '#components/delete-dialog.tsx';
import { Button } from '#components/ui/button.tsx';
import { useToastError } from '#lib/describe-error.ts';
import { browserZone } from '#lib/regions.ts';
import { useApi } from '#lib/services.tsx';
import { useFormat } from '#lib/use-format.ts';
import { useNow } from '#lib/use-now.ts';
import { useCan } from '#lib/workspace.ts';
import { useDeleteCampaign } from '../api/delete-campaign.ts';
import { useMoveCampaign } from '../api/move-campaign.ts';
import { draftPreflightQuery } from '../api/preflight.ts';
import { CampaignDetails } from './campaign-details.tsx';
import { HoursCard } from './hours-card.tsx';
import { PreflightCard } from './preflight-card.tsx';
import { RateCard } from './rate-card.tsx';
import { SampleChat } from './sample-chat.tsx';
import { ScheduleDialog } from './schedule-dialog.tsx';
import { SendDialog } from './send-dialog.tsx';
import { TestSendCard } from './test-send-card.tsx';

/** A campaign that has not started: who would get it, and the ways to start it. */
export function DraftView({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation();
  const preflight = useQuery(draftPreflightQuery(useApi(), campaign.id));
  const canSend = useCan('operator');
  return (
    <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_22rem]">
      <div className="flex min-w-0 flex-col gap-5">
        {campaign.scheduled_at === null ? null : (
          <ScheduledCard campaign={campaign} scheduledAt={campaign.scheduled_at} />
        )}
        <PreflightCard query={preflight} isReady />
        <RateCard campaign={campaign} />
        <HoursCard campaign={campaign} />
        <CampaignDetails campaign={campaign} />
      </div>
      <div className="flex min-w-0 flex-col gap-4">
        <SampleChat sample={preflight.data?.sample ?? []} body={campaign.body} />
        {canSend ? (
          <>
            <DraftActions campaign={campaign} />
            <TestSendCard campaignId={campaign.id} />
          </>
        ) : (
          <p className="text-sm text-muted-foreground">{t('campaigns.form.readOnly')}</p>
        )}
      </div>
    </div>
  );
}

function ScheduledCard({ campaign, scheduledAt }: { campaign: Campaign; scheduledAt: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow(10_000);
  const here = browserZone();
  return (
    <section className="card flex items-start gap-4 p-5">
      <span
        aria-hidden
        className="flex size-11 shrink-0 items-center justify-center rounded-xl bg-info-soft text-info-text"
      >
        <CalendarClock className="size-5.5" />
      </span>
      <div className="min-w-0">
        <h2 className="text-[0.9375rem] font-semibold tracking-tight">
          {t('campaigns.schedule.in', { when: format.relative(scheduledAt, now) })}
        </h2>
        <p className="mt-1 text-sm text-muted-foreground tabular-nums">
          {t('campaigns.schedule.there', { zone: campaign.timezone.replaceAll('_', ' ') })}:{' '}
          {format.fullDateTime(scheduledAt, campaign.timezone)}
        </p>
        {here === campaign.timezone ? null : (
          <p className="text-sm text-muted-foreground tabular-nums">
            {t('campaigns.schedule.here', { zone: here.replaceAll('_', ' ') })}:{' '}
            {format.fullDateTime(scheduledAt, here)}
          </p>
        )}
      </div>
    </section>
  );
}

function DraftActions({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation();
  const toastError = useToastError();
  const [question, setQuestion] = useState<'send' | 'schedule' | 'delete'>();
  const preflight = useQuery(draftPreflightQuery(useApi(), campaign.id)).data;
  const move = useMoveCampaign(campaign.id);
  const remove = useDeleteCampaign(campaign.id);
  const ready = preflight !== undefined && preflight.will_receive > 0;
  const close = () => setQuestion(undefined);

  return (
    <div className="flex flex-col gap-2">
      <Button size="lg" disabled={!ready} onClick={() => setQuestion('send')}>
        <Send aria-hidden />
        {t('campaigns.form.send')}
      </Button>
      <Button variant="secondary" size="lg" disabled={!ready} onClick={() => setQuestion('schedule')}>
        <CalendarClock aria-hidden />
        {t(campaign.status === 'scheduled' ? 'campaigns.schedule.change' : 'campaigns.form.schedule')}
      </Button>
      {campaign.status === 'draft' ? (
        <Button variant="dangerGhost" onClick={() => setQuestion('delete')}>
          <Trash2 aria-hidden />
          {t('campaigns.action.delete')}
        </Button>
      ) : null}
      {preflight === undefined ? null : (
        <SendDialog
          open={question === 'send'}
          onOpenChange={(open) => (open ? undefined : close())}
          name={campaign.name}
          preflight={preflight}
          busy={move.isPending}
          onConfirm={() =>
            move.mutate(
              { verb: 'start' },
              { onError: (error) => toastError(t('campaigns.send.failed'), error), onSettled: close },
            )
          }
        />
      )}
      <ScheduleDialog
        open={question === 'schedule'}
        onOpenChange={(open) => (open ? undefined : close())}
        campaign={campaign}
        busy={move.isPending}
        onConfirm={(schedule) =>
          move.mutate(
            { verb: 'schedule', schedule },
            {
              onSuccess: () => toast.success(t('campaigns.action.scheduled')),
              onError: (error) => toastError(t('campaigns.schedule.failed'), error),
              onSettled: close,
            },
          )
        }
      />
      <DeleteDialog
        open={question === 'delete'}
        onClose={close}
        title={t('campaigns.delete.title')}
        confirmLabel={t('campaigns.action.delete')}
        remove={remove}
        done={t('campaigns.action.deleted')}
        failed={t('campaigns.action.deleteFailed')}
        leaveTo="/campaigns"
      >
        <p>{t('campaigns.delete.body')}</p>
      </DeleteDialog>
    </div>
  );
}
