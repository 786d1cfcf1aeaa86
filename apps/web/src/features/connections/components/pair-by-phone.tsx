import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '#components/ui/button.tsx';
import { Field } from '#components/ui/field.tsx';
import { Input } from '#components/ui/input.tsx';
import { useToastError } from '#lib/describe-error.ts';
import { useMoveConnection } from '../api/change-connection.ts';

/** For whoever cannot scan: the phone's number, then a code to type into it. */
export function PairByPhone({ connectionId }: { connectionId: string }) {
  const { t } = useTranslation();
  const toastError = useToastError();
  const move = useMoveConnection(connectionId);
  const [isAsked, setAsked] = useState(false);
  const [phone, setPhone] = useState('+');
  const [isWrong, setWrong] = useState(false);
  if (!isAsked) {
    return (
      <Button variant="link" className="self-start" onClick={() => setAsked(true)}>
        {t('connections.code.cannotScan')}
      </Button>
    );
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const pairingPhone = phone.replace(/[\s().-]/g, '');
    setWrong(!/^\+[1-9]\d{6,14}$/.test(pairingPhone));
    if (!/^\+[1-9]\d{6,14}$/.test(pairingPhone)) return;
    move.mutate(
      { verb: 'connect', pairingPhone },
      { onError: (error) => toastError(t('connections.action.connectFailed'), error) },
    );
  };
  return (
    <form onSubmit={submit} noValidate className="flex items-end gap-2">
      <Field
        label={t('connections.code.phone')}
        error={isWrong ? t('connections.code.phoneInvalid') : undefined}
        className="flex-1"
      >
        {(control) => (
          <Input
            {...control}
            type="tel"
            autoComplete="tel"
            value={phone}
            onChange={(event) => setPhone(event.target.value)}
          />
        )}
      </Field>
      <Button type="submit" variant="secondary" busy={move.isPending}>
        {t('connections.code.getCode')}
      </Button>
    </form>
  );
}
