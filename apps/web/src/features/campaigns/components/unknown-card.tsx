import type { Campaign } from '@zaphub/types';
import { CircleHelp } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { Button } from '#components/ui/button.tsx';
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx';
import { useToastError } from '#lib/describe-error.ts';
import { useCan } from '#lib/workspace.ts';
import { useMoveCampaign } from '../api/move-campaign.ts';

/** Explains outcomes that were lost, and takes the decision about them. */
export function UnknownCard({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation();
  const canSend = useCan('operator');
  const toastError = useToastError();
  const move = useMoveCampaign(campaign.id);
  const [asking, setAsking] = useState(false);
  const count = campaign.counters.unknown;
  const canDecide = canSend && ['running', 'paused', 'completed'].includes(campaign.status);
  const isUndecided = campaign.unknown_policy === 'ask' && campaign.status !== 'completed';
  if (count === 0) return null;

  function decide(decision: 'resend' | 'leave'): void {
    move.mutate(
      { verb: 'unknown', decision },
      {
        onSuccess: () =>
          toast.success(t(decision === 'resend' ? 'campaigns.unknown.resent' : 'campaigns.unknown.left')),
        onError: (error) => toastError(t('campaigns.unknown.failed'), error),
        onSettled: () => setAsking(false),
      },
    );
  }

  return (
    <section className="card border-warning/40 bg-warning-soft/50 p-5">
      <div className="flex flex-col gap-4 sm:flex-row sm:items-start">
        <CircleHelp aria-hidden className="hidden size-6 shrink-0 text-warning-text sm:block" />
        <div className="min-w-0 flex-1">
          <h2 className="text-[0.9375rem] font-semibold tracking-tight">
            {t('campaigns.unknown.title', { count })}
          </h2>
          <p className="mt-1 max-w-2xl text-sm leading-relaxed text-pretty text-muted-foreground">
            {t('campaigns.unknown.body')} {t(`campaigns.unknown.${campaign.unknown_policy}`)}
          </p>
        </div>
        {canDecide ? (
          <div className="flex shrink-0 gap-2">
            {isUndecided ? (
              <Button variant="secondary" size="sm" disabled={move.isPending} onClick={() => decide('leave')}>
                {t('campaigns.unknown.leave')}
              </Button>
            ) : null}
            <Button
              variant={isUndecided ? 'primary' : 'secondary'}
              size="sm"
              disabled={move.isPending}
              onClick={() => setAsking(true)}
            >
              {t('campaigns.unknown.resend')}
            </Button>
          </div>
        ) : null}
      </div>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t('campaigns.unknown.confirmTitle', { count })}
        confirmLabel={t('campaigns.unknown.resend')}
        cancelLabel={t('common.action.back')}
        busy={move.isPending}
        onConfirm={() => decide('resend')}
      >
        <p>{t('campaigns.unknown.confirmBody')}</p>
      </ConfirmDialog>
    </section>
  );
}
