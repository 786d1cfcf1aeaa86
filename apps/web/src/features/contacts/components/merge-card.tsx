import type { Contact, ContactMerge } from '@zaphub/types';
import { useQuery } from '@tanstack/react-query';
import { Merge, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { Button } from '#components/ui/button.tsx';
import { Card } from '#components/ui/card.tsx';
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx';
import { useToastError } from '#lib/describe-error.ts';
import { useApi } from '#lib/services.tsx';
import { useFormat } from '#lib/use-format.ts';
import { useCan, useWorkspace } from '#lib/workspace.ts';
import { mergesQuery, useUndoMerge } from '../api/merges.ts';
import { contactName } from './contact-name.ts';
import { MergeSheet } from './merge-sheet.tsx';

/** Who has become part of a contact, how to take that back, and the way to merge another one. */
export function MergeCard({ contact }: { contact: Contact }) {
  const { t } = useTranslation();
  const canEdit = useCan('operator');
  const [isMerging, setMerging] = useState(false);
  const merges = useQuery(mergesQuery(useApi(), contact.id)).data?.data ?? [];
  return (
    <Card title={t('contacts.merge.title')} note={t('contacts.merge.note')}>
      <div className="flex flex-col gap-3 text-sm">
        {merges.length === 0 ? null : (
          <ul className="divide-y rounded-xl border">
            {merges.map((merge) => (
              <MergeRow key={merge.id} merge={merge} canUndo={canEdit} />
            ))}
          </ul>
        )}
        {canEdit ? (
          <div>
            <Button variant="secondary" size="sm" onClick={() => setMerging(true)}>
              <Merge aria-hidden />
              {t('contacts.merge.start')}
            </Button>
          </div>
        ) : null}
      </div>
      <MergeSheet contact={contact} open={isMerging} onClose={() => setMerging(false)} />
    </Card>
  );
}

function MergeRow({ merge, canUndo }: { merge: ContactMerge; canUndo: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { tenant } = useWorkspace();
  const toastError = useToastError();
  const undo = useUndoMerge();
  const [isAsking, setAsking] = useState(false);
  const name = contactName(t, merge.merged);
  const when = format.dateTime(merge.merged_at, tenant.timezone);
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 px-3 py-2">
      <div className="min-w-40 flex-1">
        <p className="font-medium break-words">{name}</p>
        <p className="text-[0.8125rem] text-muted-foreground">
          {merge.undone_at !== null
            ? t('contacts.merge.undoneAt', { when: format.dateTime(merge.undone_at, tenant.timezone) })
            : t(merge.cause === 'network' ? 'contacts.merge.byNetwork' : 'contacts.merge.byHand', { when })}
        </p>
      </div>
      {merge.undone_at === null && canUndo ? (
        <Button
          variant="ghost"
          size="sm"
          aria-label={t('contacts.merge.undoOf', { name })}
          onClick={() => setAsking(true)}
        >
          <Undo2 aria-hidden />
          {t('contacts.merge.undo')}
        </Button>
      ) : null}
      <ConfirmDialog
        open={isAsking}
        onOpenChange={setAsking}
        title={t('contacts.merge.undoTitle', { name })}
        confirmLabel={t('contacts.merge.undo')}
        cancelLabel={t('common.action.cancel')}
        busy={undo.isPending}
        onConfirm={() =>
          undo.mutate(merge.id, {
            onSuccess: () => toast.success(t('contacts.merge.undone', { name })),
            onError: (error) => toastError(t('contacts.merge.undoFailed'), error),
            onSettled: () => setAsking(false),
          })
        }
      >
        <p>{t('contacts.merge.undoBody')}</p>
      </ConfirmDialog>
    </li>
  );
}
