import type { Campaign } from '@zaphub/types';
import { useMutation } from '@tanstack/react-query';
import { Download, Pause, Play, X } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { Button } from '#components/ui/button.tsx';
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx';
import { useToastError } from '#lib/describe-error.ts';
import { saveDownload } from '#lib/save-download.ts';
import { useApi } from '#lib/services.tsx';
import { useCan } from '#lib/workspace.ts';
import { useMoveCampaign } from '../api/move-campaign.ts';
import { isActive } from './campaign-facts.ts';

/** What can be done to a campaign that has been started: pause, resume, cancel, take the report. */
export function CampaignActions({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation();
  const api = useApi();
  const canSend = useCan('operator');
  const toastError = useToastError();
  const move = useMoveCampaign(campaign.id);
  const [asking, setAsking] = useState(false);
  const { status, counters } = campaign;
  const report = useMutation({
    mutationFn: () =>
      saveDownload(api, `/campaigns/${campaign.id}/report.csv`, reportName(campaign), counters.total),
    onError: (error) => toastError(t('campaigns.action.reportFailed'), error),
  });
  const busy = (verb: string) => move.isPending && move.variables.verb === verb;

  return (
    <>
      {counters.total > 0 ? (
        <Button variant="secondary" busy={report.isPending} onClick={() => report.mutate()}>
          <Download aria-hidden />
          {t('campaigns.action.report')}
        </Button>
      ) : null}
      {canSend && isActive(status) ? (
        <Button
          variant="secondary"
          busy={busy('pause')}
          onClick={() =>
            move.mutate(
              { verb: 'pause' },
              {
                onSuccess: () => toast.success(t('campaigns.action.paused')),
                onError: (error) => toastError(t('campaigns.action.pauseFailed'), error),
              },
            )
          }
        >
          <Pause aria-hidden />
          {t('campaigns.action.pause')}
        </Button>
      ) : null}
      {canSend && status === 'paused' ? (
        <Button
          busy={busy('resume')}
          onClick={() =>
            move.mutate(
              { verb: 'resume' },
              {
                onSuccess: () => toast.success(t('campaigns.action.resumed')),
                onError: (error) => toastError(t('campaigns.action.resumeFailed'), error),
              },
            )
          }
        >
          <Play aria-hidden />
          {t('campaigns.action.resume')}
        </Button>
      ) : null}
      {canSend && (isActive(status) || status === 'paused' || status === 'scheduled') ? (
        <Button variant="dangerGhost" onClick={() => setAsking(true)}>
          <X aria-hidden />
          {t('campaigns.action.cancel')}
        </Button>
      ) : null}
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t('campaigns.cancel.title')}
        confirmLabel={t('campaigns.cancel.confirm')}
        cancelLabel={t('campaigns.cancel.keep')}
        tone="danger"
        busy={busy('cancel')}
        onConfirm={() =>
          move.mutate(
            { verb: 'cancel' },
            {
              onSuccess: () => toast.success(t('campaigns.action.cancelled')),
              onError: (error) => toastError(t('campaigns.action.cancelFailed'), error),
              onSettled: () => setAsking(false),
            },
          )
        }
      >
        <p>
          {status === 'scheduled'
            ? t('campaigns.cancel.scheduledBody')
            : t('campaigns.cancel.body', { count: counters.open })}
        </p>
      </ConfirmDialog>
    </>
  );
}

function reportName(campaign: Campaign): string {
  const name = campaign.name
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .toLowerCase();
  return `${name === '' ? campaign.id : name}-report.csv`;
}
