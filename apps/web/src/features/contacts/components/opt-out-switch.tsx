import type { Contact } from '@zaphub/types';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx';
import { Switch } from '#components/ui/switch.tsx';

import { useToastError } from '#lib/describe-error.ts';
import { useCan } from '#lib/workspace.ts';
import { useSetOptOut } from '../api/set-opt-out.ts';
import { contactName } from './contact-name.ts';

/** Stops messages to a contact at once; starting them again asks first, because the contact had said no. */
export function OptOutSwitch({ contact }: { contact: Contact }) {
  const { t } = useTranslation();
  const canEdit = useCan('operator');
  const [asking, setAsking] = useState(false);
  const setOptOut = useSetOptOut();
  const toastError = useToastError();
  const name = contactName(t, contact);
  const receives = contact.opted_out_at === null;

  function change(optedOut: boolean): void {
    setAsking(false);
    setOptOut.mutate(
      { contact, optedOut },
      {
        onSuccess: () =>
          toast.success(t(optedOut ? 'contacts.optedOutToast' : 'contacts.optedInToast', { name })),
        onError: (error) => toastError(t('contacts.optOutFailed'), error),
      },
    );
  }

  return (
    <>
      <Switch
        checked={receives}
        disabled={!canEdit}
        aria-label={t('contacts.toggle', { name })}
        onCheckedChange={(next) => (next ? setAsking(true) : change(true))}
      />
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t('contacts.optIn.title', { name })}
        confirmLabel={t('contacts.optIn.confirm')}
        cancelLabel={t('common.action.cancel')}
        onConfirm={() => change(false)}
      >
        <p>{t('contacts.optIn.body')}</p>
      </ConfirmDialog>
    </>
  );
}
