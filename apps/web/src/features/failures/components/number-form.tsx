import type { DeadLetter } from '@zaphub/types';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { Button } from '#components/ui/button.tsx';
import { Field } from '#components/ui/field.tsx';
import { Input } from '#components/ui/input.tsx';
import { ApiError } from '#lib/api-error.ts';
import { useDescribeError } from '#lib/describe-error.ts';
import { useFailureActions } from '../api/failures.ts';

/** Corrects the number of the person: for the contact, and for what failed on the way to the old one. */
export function NumberForm({ message, onClose }: { message: DeadLetter; onClose: () => void }) {
  const { t } = useTranslation();
  const describe = useDescribeError();
  const { correct } = useFailureActions();
  const [phone, setPhone] = useState(message.recipient ?? '');
  // Whose number it already is, only the server's own words say.
  const words = (error: unknown): string =>
    error instanceof ApiError && error.code === 'conflict' && error.detail !== null
      ? error.detail
      : describe(error);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    correct.mutate(
      { id: message.message_id, phone },
      {
        onSuccess: () => {
          toast.success(t('failures.number.saved'));
          onClose();
        },
      },
    );
  };
  return (
    <form className="flex flex-wrap items-end gap-2" onSubmit={submit}>
      <Field
        label={t('failures.number.label')}
        hint={t('failures.number.hint')}
        error={correct.error === null ? undefined : words(correct.error)}
        className="flex-1 basis-56"
      >
        {(control) => (
          <Input
            {...control}
            type="tel"
            autoComplete="off"
            autoFocus
            required
            minLength={3}
            maxLength={40}
            value={phone}
            onChange={(event) => setPhone(event.target.value)}
          />
        )}
      </Field>
      <div className="flex gap-2 pb-6.5">
        <Button type="submit" size="md" busy={correct.isPending}>
          {t('failures.number.save')}
        </Button>
        <Button variant="secondary" onClick={onClose} disabled={correct.isPending}>
          {t('common.action.cancel')}
        </Button>
      </div>
    </form>
  );
}
