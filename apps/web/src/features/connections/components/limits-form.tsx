import type { Connection, NumberLimits } from '@zaphub/types';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { FormAlert } from '#components/form-alert.tsx';
import { RateField } from '#components/rate-field.tsx';
import { ZoneField } from '#components/region-fields.tsx';
import { UnsavedGuard } from '#components/unsaved-guard.tsx';
import { Button } from '#components/ui/button.tsx';
import { Field } from '#components/ui/field.tsx';
import { Input } from '#components/ui/input.tsx';
import { useDescribeError } from '#lib/describe-error.ts';
import { useFormat } from '#lib/use-format.ts';
import { useCan, useWorkspace } from '#lib/workspace.ts';
import { useSetNumberLimits } from '../api/limits.ts';
import { needsSession } from './connection-words.ts';
import {
  fastestPerSecond,
  highestCap,
  limitsPatchOf,
  limitsValuesOf,
  type LimitsField,
  type LimitsValues,
  mostJitterPercent,
} from './limits-values.ts';

interface LimitsFormProps {
  connection: Connection;
  limits: NumberLimits;
}

/** The limits of a number, to be changed at any time; only what was touched is sent. */
export function LimitsForm({ connection, limits }: LimitsFormProps) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const describe = useDescribeError();
  const { tenant } = useWorkspace();
  const canEdit = useCan('admin');
  const save = useSetNumberLimits(connection.id);
  const shown = limitsValuesOf(limits, i18n.language);
  const [before, setBefore] = useState(shown);
  const [values, setValues] = useState(shown);
  const [wrong, setWrong] = useState<ReadonlySet<LimitsField>>(new Set());
  const isDirty = JSON.stringify(values) !== JSON.stringify(before);
  const change = (part: Partial<LimitsValues>): void => setValues((now) => ({ ...now, ...part }));
  const kind = needsSession(connection) ? 'phone' : 'account';

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const read = limitsPatchOf(values, before);
    setWrong(read.wrong);
    if (read.wrong.size > 0) return;
    save.mutate(read.patch, {
      onSuccess: (changed) => {
        const next = limitsValuesOf(changed, i18n.language);
        setBefore(next);
        setValues(next);
        toast.success(t('connections.limits.saved'));
      },
    });
  };

  const countField = (field: 'jitter' | 'cap' | 'unanswered', most: number, least: number) => (
    <Field
      label={t(`connections.limits.${field}`)}
      hint={t(`connections.limits.${field}Hint`)}
      error={
        wrong.has(field) ? t('common.validation.whole', { min: least, max: format.number(most) }) : undefined
      }
    >
      {(control) => (
        <Input
          {...control}
          inputMode="numeric"
          autoComplete="off"
          placeholder={t(
            field === 'jitter' ? `connections.limits.jitterDefault.${kind}` : 'common.rate.none',
          )}
          value={values[field]}
          disabled={!canEdit}
          onChange={(event) => change({ [field]: event.target.value })}
        />
      )}
    </Field>
  );

  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-5">
      <UnsavedGuard dirty={isDirty} />
      {save.isError ? (
        <FormAlert>
          {t('errors.what', { what: t('connections.limits.saveFailed'), why: describe(save.error) })}
        </FormAlert>
      ) : null}
      <div className="grid gap-5 sm:grid-cols-2">
        <RateField
          label={t('connections.limits.rate')}
          hint={t(`connections.limits.rateHint.${kind}`)}
          error={wrong.has('rate') ? t('common.rate.wrong', { max: fastestPerSecond }) : undefined}
          value={values.rate}
          disabled={!canEdit}
          onChange={(rate) => change({ rate })}
        />
        {countField('jitter', mostJitterPercent, 0)}
        {countField('cap', highestCap, 1)}
        <Field label={t('connections.limits.zone')} hint={t('connections.limits.zoneHint')}>
          {(control) => (
            <ZoneField
              {...control}
              value={values.zone}
              disabled={!canEdit}
              inherited={t('connections.limits.zoneInherited', {
                zone: tenant.timezone.replaceAll('_', ' '),
              })}
              onChange={(zone) => change({ zone })}
            />
          )}
        </Field>
        {countField('unanswered', highestCap, 1)}
      </div>
      {canEdit ? (
        <div className="flex justify-end">
          <Button type="submit" busy={save.isPending} disabled={!isDirty}>
            {t('connections.limits.save')}
          </Button>
        </div>
      ) : null}
    </form>
  );
}
