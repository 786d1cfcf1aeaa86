import { type NumberLimits, type NumberLimitsPatch, standardWarmUp } from '@zaphub/types';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { Button } from '#components/ui/button.tsx';
import { ChoiceCards } from '#components/ui/choice-cards.tsx';
import { Field } from '#components/ui/field.tsx';
import { Input, Textarea } from '#components/ui/input.tsx';
import { useToastError } from '#lib/describe-error.ts';
import { useFormat } from '#lib/use-format.ts';
import { useSetNumberLimits } from '../api/limits.ts';
import { WarmUpRamp } from './warm-up-ramp.tsx';
import { isStandard, rampOf, readPlan } from './warm-up-values.ts';

interface WarmUpFormProps {
  connectionId: string;
  limits: NumberLimits;
  onDone: () => void;
}

/** The built-in plan or one of one's own, from a day on; the ramp below shows what it will be before it is saved. */
export function WarmUpForm({ connectionId, limits, onDone }: WarmUpFormProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const toastError = useToastError();
  const save = useSetNumberLimits(connectionId);
  const { warm_up: current, today } = limits;
  const [kind, setKind] = useState<'standard' | 'own'>(
    current === null || isStandard(current) ? 'standard' : 'own',
  );
  const [text, setText] = useState((current ?? standardWarmUp.slice(0, 14)).join(', '));
  const [from, setFrom] = useState(limits.warm_up_from ?? today);
  const plan = kind === 'standard' ? [...standardWarmUp] : readPlan(text);
  const hasDay = /^\d{4}-\d{2}-\d{2}$/.test(from);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (plan === undefined || !hasDay) return;
    const patch: NumberLimitsPatch = { warm_up: kind === 'standard' ? 'standard' : plan, warm_up_from: from };
    save.mutate(patch, {
      onSuccess: () => {
        toast.success(t('connections.warmUp.saved'));
        onDone();
      },
      onError: (error) => toastError(t('connections.limits.saveFailed'), error),
    });
  };

  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-5">
      <ChoiceCards
        label={t('connections.warmUp.plan')}
        columns={2}
        value={kind}
        onChange={setKind}
        choices={[
          {
            value: 'standard',
            title: t('connections.warmUp.standard'),
            note: t('connections.warmUp.standardNote', {
              days: format.number(standardWarmUp.length),
              first: format.number(standardWarmUp[0] ?? 0),
              last: format.number(standardWarmUp.at(-1) ?? 0),
            }),
          },
          {
            value: 'own',
            title: t('connections.warmUp.own'),
            note: t('connections.warmUp.ownNote'),
          },
        ]}
      />
      {kind === 'own' ? (
        <Field
          label={t('connections.warmUp.numbers')}
          hint={t('connections.warmUp.numbersHint')}
          error={plan === undefined ? t('connections.warmUp.numbersWrong') : undefined}
        >
          {(control) => (
            <Textarea
              {...control}
              className="min-h-20 tabular-nums"
              inputMode="numeric"
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </Field>
      ) : null}
      <Field
        label={t('connections.warmUp.from')}
        hint={t('connections.warmUp.fromHint')}
        error={hasDay ? undefined : t('common.validation.required')}
        className="max-w-60"
      >
        {(control) => (
          <Input {...control} type="date" value={from} onChange={(event) => setFrom(event.target.value)} />
        )}
      </Field>
      {plan === undefined || !hasDay ? null : <WarmUpRamp days={rampOf(plan, from, today)} />}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" size="sm" busy={save.isPending} disabled={plan === undefined || !hasDay}>
          {t('connections.warmUp.save')}
        </Button>
        <Button variant="secondary" size="sm" disabled={save.isPending} onClick={onDone}>
          {t('common.action.cancel')}
        </Button>
      </div>
    </form>
  );
}
