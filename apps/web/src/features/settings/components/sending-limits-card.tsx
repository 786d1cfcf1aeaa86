import type { TenantLimits } from '@zaphub/types';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { FormAlert } from '#components/form-alert.tsx';
import { QueryView } from '#components/query-view.tsx';
import { RateField } from '#components/rate-field.tsx';
import { UnsavedGuard } from '#components/unsaved-guard.tsx';
import { Button } from '#components/ui/button.tsx';
import { Card } from '#components/ui/card.tsx';
import { ChoiceCards } from '#components/ui/choice-cards.tsx';
import { Field } from '#components/ui/field.tsx';
import { Input } from '#components/ui/input.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { Switch } from '#components/ui/switch.tsx';
import { useDescribeError } from '#lib/describe-error.ts';
import { useApi } from '#lib/services.tsx';
import { useCan } from '#lib/workspace.ts';
import { sendingLimitsQuery, useSetSendingLimits } from '../api/sending-limits.ts';
import { fastestPerSecond, patchOf, valuesOf, type TenantLimitsValues } from './limits-values.ts';

/** What holds for all numbers together: how fast, and how often the same person gets a campaign. */
export function SendingLimitsCard() {
  const { t } = useTranslation();
  const limits = useQuery(sendingLimitsQuery(useApi()));
  return (
    <Card title={t('settings.limits.title')} note={t('settings.limits.note')}>
      <QueryView
        query={limits}
        what={t('settings.limits.failed')}
        skeleton={<Skeleton className="h-40 rounded-xl" />}
      >
        {(loaded) => <LimitsForm limits={loaded} />}
      </QueryView>
    </Card>
  );
}

function LimitsForm({ limits }: { limits: TenantLimits }) {
  const { t, i18n } = useTranslation();
  const describe = useDescribeError();
  const canEdit = useCan('admin');
  const save = useSetSendingLimits();
  const before = valuesOf(limits, i18n.language);
  const [values, setValues] = useState(before);
  const [wrong, setWrong] = useState<ReadonlySet<string>>(new Set());
  const isDirty = JSON.stringify(values) !== JSON.stringify(before);
  const change = (part: Partial<TenantLimitsValues>): void => setValues((now) => ({ ...now, ...part }));

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const read = patchOf(values, before);
    setWrong(read.wrong);
    if (read.wrong.size > 0) return;
    save.mutate(read.patch, {
      onSuccess: (changed) => {
        setValues(valuesOf(changed, i18n.language));
        toast.success(t('settings.limits.saved'));
      },
    });
  };

  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-5">
      <UnsavedGuard dirty={isDirty} />
      {save.isError ? (
        <FormAlert>
          {t('errors.what', { what: t('settings.limits.saveFailed'), why: describe(save.error) })}
        </FormAlert>
      ) : null}
      <RateField
        label={t('settings.limits.rate')}
        hint={t('settings.limits.rateHint')}
        error={wrong.has('rate') ? t('common.rate.wrong', { max: fastestPerSecond }) : undefined}
        value={values.rate}
        disabled={!canEdit}
        onChange={(rate) => change({ rate })}
      />
      <label className="flex items-start gap-3 text-sm">
        <Switch
          checked={values.isCapped}
          disabled={!canEdit}
          onCheckedChange={(isCapped) => change({ isCapped })}
          aria-label={t('settings.limits.cap')}
        />
        <span className="min-w-0">
          <span className="font-medium">{t('settings.limits.cap')}</span>
          <span className="mt-0.5 block text-[0.8125rem] text-pretty text-muted-foreground">
            {t('settings.limits.capHint')}
          </span>
        </span>
      </label>
      {values.isCapped ? (
        <>
          <div className="grid grid-cols-2 gap-4">
            {(['cap', 'days'] as const).map((field) => (
              <Field
                key={field}
                label={t(`settings.limits.${field}Most`)}
                error={
                  wrong.has(field)
                    ? t('common.validation.whole', { min: 1, max: field === 'cap' ? '1000' : '90' })
                    : undefined
                }
              >
                {(control) => (
                  <Input
                    {...control}
                    inputMode="numeric"
                    autoComplete="off"
                    disabled={!canEdit}
                    value={values[field]}
                    onChange={(event) => change({ [field]: event.target.value })}
                  />
                )}
              </Field>
            ))}
          </div>
          <ChoiceCards
            label={t('settings.limits.policy')}
            columns={2}
            disabled={!canEdit}
            value={values.policy}
            onChange={(policy) => change({ policy })}
            choices={(['skip', 'wait'] as const).map((policy) => ({
              value: policy,
              title: t(`settings.limits.policies.${policy}`),
              note: t(`settings.limits.policies.${policy}Note`),
            }))}
          />
        </>
      ) : null}
      {canEdit ? (
        <div className="flex justify-end">
          <Button type="submit" busy={save.isPending} disabled={!isDirty}>
            {t('settings.limits.save')}
          </Button>
        </div>
      ) : null}
    </form>
  );
}
