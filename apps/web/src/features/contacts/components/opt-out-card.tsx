import type { Contact } from '@zaphub/types';
import { BellOff, BellRing } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { Button } from '#components/ui/button.tsx';
import { Card } from '#components/ui/card.tsx';
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx';
import { Field } from '#components/ui/field.tsx';
import { Textarea } from '#components/ui/input.tsx';
import { useToastError } from '#lib/describe-error.ts';
import { useFormat } from '#lib/use-format.ts';
import { useCan, useWorkspace } from '#lib/workspace.ts';
import { useSetOptOut } from '../api/set-opt-out.ts';
import { contactName } from './contact-name.ts';
import { ProofList } from './proof-list.tsx';

/** Whether a contact gets messages, what they said about it, and the way to note that by hand, with what they said. */
export function OptOutCard({ contact }: { contact: Contact }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { tenant } = useWorkspace();
  const canEdit = useCan('operator');
  const [isAsking, setAsking] = useState(false);
  const hasOptedOut = contact.opted_out_at !== null;
  const Icon = hasOptedOut ? BellOff : BellRing;
  return (
    <Card title={t('contacts.wish.title')}>
      <div className="flex flex-col gap-4 text-sm">
        <div className="flex items-start gap-3">
          <Icon
            aria-hidden
            className={`mt-0.5 size-5 shrink-0 ${hasOptedOut ? 'text-warning-text' : 'text-success-text'}`}
          />
          <p className="text-pretty">
            {contact.opted_out_at === null
              ? t('contacts.receives')
              : t('contacts.wish.outSince', { when: format.dateTime(contact.opted_out_at, tenant.timezone) })}
          </p>
        </div>
        {canEdit ? (
          <div>
            <Button variant="secondary" size="sm" onClick={() => setAsking(true)}>
              {t(hasOptedOut ? 'contacts.wish.in' : 'contacts.wish.out')}
            </Button>
          </div>
        ) : null}
        <ProofList contactId={contact.id} />
      </div>
      {isAsking ? <WishDialog contact={contact} onClose={() => setAsking(false)} /> : null}
    </Card>
  );
}

function WishDialog({ contact, onClose }: { contact: Contact; onClose: () => void }) {
  const { t } = useTranslation();
  const toastError = useToastError();
  const setOptOut = useSetOptOut();
  const [evidence, setEvidence] = useState('');
  const [wasTried, setTried] = useState(false);
  const optedOut = contact.opted_out_at === null;
  const name = contactName(t, contact);
  // Whoever had said no is written to again only with something to show for it.
  const isMissing = !optedOut && evidence.trim() === '';

  function confirm(): void {
    setTried(true);
    if (isMissing) return;
    setOptOut.mutate(
      { contact, optedOut, evidence: evidence.trim() },
      {
        onSuccess: () =>
          toast.success(t(optedOut ? 'contacts.optedOutToast' : 'contacts.optedInToast', { name })),
        onError: (error) => toastError(t('contacts.optOutFailed'), error),
        onSettled: onClose,
      },
    );
  }

  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={t(optedOut ? 'contacts.wish.outTitle' : 'contacts.optIn.title', { name })}
      confirmLabel={t(optedOut ? 'contacts.wish.outConfirm' : 'contacts.optIn.confirm')}
      cancelLabel={t('common.action.cancel')}
      busy={setOptOut.isPending}
      onConfirm={confirm}
    >
      <p>{t(optedOut ? 'contacts.wish.outBody' : 'contacts.optIn.body')}</p>
      <div className="text-foreground">
        <Field
          label={t('contacts.wish.evidence')}
          hint={t('contacts.wish.evidenceHint')}
          {...(optedOut ? { optional: t('common.field.optional') } : {})}
          error={wasTried && isMissing ? t('contacts.wish.evidenceMissing') : undefined}
        >
          {(control) => (
            <Textarea
              {...control}
              className="min-h-20"
              maxLength={2000}
              value={evidence}
              onChange={(event) => setEvidence(event.target.value)}
            />
          )}
        </Field>
      </div>
    </ConfirmDialog>
  );
}
