import type { Connection, SenderPool } from '@zaphub/types';
import { type FormEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { toast } from 'sonner';
import { FormAlert } from '#components/form-alert.tsx';
import { UnsavedGuard } from '#components/unsaved-guard.tsx';
import { Button } from '#components/ui/button.tsx';
import { Card } from '#components/ui/card.tsx';
import { Field } from '#components/ui/field.tsx';
import { Input } from '#components/ui/input.tsx';
import { Select } from '#components/ui/select.tsx';
import { Switch } from '#components/ui/switch.tsx';
import { useDescribeError } from '#lib/describe-error.ts';
import { useDuration } from '#lib/use-duration.ts';
import { useCan } from '#lib/workspace.ts';
import { useSaveSenderPool } from '../api/sender-pools.ts';
import { PoolMembers } from './pool-members.tsx';
import { emptyPool, poolInputOf, type PoolValues, poolValuesOf } from './pool-values.ts';

/** Seconds that are offered; what was set by the API is offered, too. */
const patience = [0, 60, 300, 900, 3_600, 21_600, 86_400];

interface PoolFormProps {
  /** Absent for a new one. */
  pool?: SenderPool;
  connections: readonly Connection[];
}

/** A pool's name, its numbers with their weights, and what happens when one of them stops. */
export function PoolForm({ pool, connections }: PoolFormProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const describe = useDescribeError();
  const duration = useDuration();
  const canEdit = useCan('operator');
  const save = useSaveSenderPool(pool?.id);
  const known = new Set<string>(connections.map(({ id }) => id));
  const initial = pool === undefined ? emptyPool : poolValuesOf(pool, known);
  const [values, setValues] = useState(initial);
  const [wrong, setWrong] = useState<ReadonlySet<string>>(new Set());
  const isDirty = JSON.stringify(values) !== JSON.stringify(initial);
  const change = (part: Partial<PoolValues>): void => setValues((before) => ({ ...before, ...part }));
  const madeId = pool === undefined ? save.data?.id : undefined;

  // Once the guard has let go.
  useEffect(() => {
    if (madeId !== undefined) void navigate(`/connections/pools/${madeId}`, { replace: true });
  }, [madeId, navigate]);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const read = poolInputOf(values);
    setWrong(read.wrong);
    if (read.input === undefined) return;
    save.mutate(read.input, {
      onSuccess: (saved) => {
        setValues(poolValuesOf(saved, known));
        toast.success(t(pool === undefined ? 'senderPools.form.made' : 'senderPools.form.saved'));
      },
    });
  };

  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-5">
      <UnsavedGuard dirty={isDirty && madeId === undefined} />
      {save.isError ? (
        <FormAlert>
          {t('errors.what', { what: t('senderPools.form.failed'), why: describe(save.error) })}
        </FormAlert>
      ) : null}
      <PoolMembers
        pool={pool}
        connections={connections}
        values={values}
        wrong={wrong}
        onChange={(weights) => change({ weights })}
      />
      <Card title={t('senderPools.form.rules')}>
        <div className="flex flex-col gap-5">
          <Field
            label={t('senderPools.form.name')}
            hint={t('senderPools.form.nameHint')}
            error={wrong.has('name') ? t('connections.field.name.wrong') : undefined}
          >
            {(control) => (
              <Input
                {...control}
                autoComplete="off"
                disabled={!canEdit}
                value={values.name}
                onChange={(event) => change({ name: event.target.value })}
              />
            )}
          </Field>
          <label className="flex items-start gap-3 text-sm">
            <Switch
              checked={values.sticky}
              disabled={!canEdit}
              onCheckedChange={(sticky) => change({ sticky })}
              aria-label={t('senderPools.form.sticky')}
            />
            <span className="min-w-0">
              <span className="font-medium">{t('senderPools.form.sticky')}</span>
              <span className="mt-0.5 block text-[0.8125rem] text-pretty text-muted-foreground">
                {t('senderPools.form.stickyHint')}
              </span>
            </span>
          </label>
          <Field label={t('senderPools.form.failover')} hint={t('senderPools.form.failoverHint')}>
            {(control) => (
              <Select
                {...control}
                className="max-w-60"
                disabled={!canEdit}
                value={String(values.failoverSeconds)}
                onChange={(seconds) => change({ failoverSeconds: Number(seconds) })}
                options={[...new Set([...patience, values.failoverSeconds])]
                  .sort((a, b) => a - b)
                  .map((seconds) => ({
                    value: String(seconds),
                    label:
                      seconds === 0
                        ? t('senderPools.form.atOnce')
                        : t('senderPools.form.after', { duration: duration(seconds) }),
                  }))}
              />
            )}
          </Field>
          {canEdit ? (
            <div className="flex justify-end">
              <Button type="submit" busy={save.isPending} disabled={!isDirty}>
                {t(pool === undefined ? 'senderPools.form.make' : 'senderPools.form.save')}
              </Button>
            </div>
          ) : null}
        </div>
      </Card>
    </form>
  );
}
