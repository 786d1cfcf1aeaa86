import type { Contact } from '@zaphub/types';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { toast } from 'sonner';
import { Sheet } from '#components/ui/sheet.tsx';
import { useToastError } from '#lib/describe-error.ts';
import { useMerge } from '../api/merges.ts';
import { contactName } from './contact-name.ts';
import { MergeChoice } from './merge-choice.tsx';
import { MergePreview } from './merge-preview.tsx';

interface MergeSheetProps {
  contact: Contact;
  open: boolean;
  onClose: () => void;
}

/** Two steps: who is the same person, and what becomes of what. Nothing changes before the second is confirmed. */
export function MergeSheet({ contact, open, onClose }: MergeSheetProps) {
  const { t } = useTranslation();
  const [otherId, setOtherId] = useState<string>();
  const close = (): void => {
    setOtherId(undefined);
    onClose();
  };
  return (
    <Sheet
      open={open}
      onOpenChange={(next) => (next ? undefined : close())}
      title={t('contacts.merge.sheetTitle')}
      note={contactName(t, contact)}
    >
      {otherId === undefined ? (
        <MergeChoice contact={contact} onChoose={setOtherId} />
      ) : (
        <Question contact={contact} otherId={otherId} onBack={() => setOtherId(undefined)} onDone={close} />
      )}
    </Sheet>
  );
}

interface QuestionProps {
  contact: Contact;
  otherId: string;
  onBack: () => void;
  onDone: () => void;
}

function Question({ contact, otherId, onBack, onDone }: QuestionProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const toastError = useToastError();
  // Either may be the one that stays; the one on screen, to begin with.
  const [isTurned, setTurned] = useState(false);
  const [keptId, mergedId] = isTurned ? [otherId, contact.id] : [contact.id, otherId];
  const merge = useMerge(keptId);
  return (
    <MergePreview
      keptId={keptId}
      mergedId={mergedId}
      busy={merge.isPending}
      onTurn={() => setTurned((before) => !before)}
      onBack={onBack}
      onMerge={() =>
        merge.mutate(mergedId, {
          onSuccess: ({ merged }) => {
            toast.success(t('contacts.merge.done', { name: contactName(t, merged) }));
            onDone();
            if (isTurned) void navigate(`/contacts/${keptId}`, { replace: true });
          },
          onError: (error) => toastError(t('contacts.merge.failed'), error),
        })
      }
    />
  );
}
