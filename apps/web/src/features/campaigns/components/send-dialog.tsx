import type { Preflight } from '@zaphub/types';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx';
import { useDuration } from '#lib/use-duration.ts';

interface SendDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  name: string;
  preflight: Preflight;
  busy: boolean;
  onConfirm: () => void;
}

/** The last question before messages leave, with the exact number of people. */
export function SendDialog({ open, onOpenChange, name, preflight, busy, onConfirm }: SendDialogProps) {
  const { t } = useTranslation();
  const duration = useDuration();
  const left = preflight.total - preflight.will_receive;
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      title={t('campaigns.send.title', { count: preflight.will_receive })}
      confirmLabel={t('campaigns.send.confirm')}
      cancelLabel={t('common.action.back')}
      busy={busy}
      onConfirm={onConfirm}
    >
      <p>{t('campaigns.send.body', { name })}</p>
      <p>
        {left > 0 ? `${t('campaigns.send.skipped', { count: left })} ` : ''}
        {preflight.estimated_seconds === null
          ? ''
          : `${t('campaigns.preflight.duration', { duration: duration(preflight.estimated_seconds) })}.`}
      </p>
    </ConfirmDialog>
  );
}
