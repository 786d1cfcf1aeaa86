import { connectionFields, connectionPatch, type ConnectionDetail } from '@zaphub/types';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { FormAlert } from '#components/form-alert.tsx';
import { UnsavedGuard } from '#components/unsaved-guard.tsx';
import { Button } from '#components/ui/button.tsx';
import { Card } from '#components/ui/card.tsx';
import { Field } from '#components/ui/field.tsx';
import { Input } from '#components/ui/input.tsx';
import { useDescribeError } from '#lib/describe-error.ts';
import { useUpdateConnection } from '../api/change-connection.ts';
import { fieldsOf, partsOf } from './connection-fields.ts';
import { FieldInputs } from './field-inputs.tsx';

/** Name, settings and secrets of a number; a secret that is left empty stays as it is. */
export function EditCard({ connection }: { connection: ConnectionDetail }) {
  const { t } = useTranslation();
  const describe = useDescribeError();
  const update = useUpdateConnection(connection.id);
  const initial = initialOf(connection);
  const [values, setValues] = useState(initial);
  const [wrong, setWrong] = useState<ReadonlySet<string>>(new Set());
  const isDirty = Object.entries(values).some(([name, value]) => value !== (initial[name] ?? ''));
  const set = (name: string, value: string): void => setValues((before) => ({ ...before, [name]: value }));

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const { settings, credentials } = partsOf(connection.provider, values);
    const hasSettings = Object.keys(settings).length > 0;
    const read = connectionPatch.safeParse({
      name: values['name'],
      ...(hasSettings ? { settings } : {}),
      ...(Object.keys(credentials).length > 0 ? { credentials } : {}),
    });
    const fields = connectionFields[connection.provider];
    const issues = [
      ...(read.error?.issues ?? []),
      ...(fields.settings.safeParse(settings).error?.issues ?? []),
      ...(fields.credentials.partial().safeParse(credentials).error?.issues ?? []),
    ];
    setWrong(new Set(issues.map(({ path }) => String(path.at(-1)))));
    if (!read.success || issues.length > 0) return;
    update.mutate(read.data, {
      onSuccess: (changed) => {
        setValues(initialOf(changed));
        toast.success(t('connections.edit.saved'));
      },
    });
  };

  return (
    <Card title={t('connections.edit.title')} note={t('connections.edit.note')}>
      <form onSubmit={submit} noValidate className="flex flex-col gap-5">
        <UnsavedGuard dirty={isDirty} />
        {update.isError ? (
          <FormAlert>
            {t('errors.what', { what: t('connections.edit.failed'), why: describe(update.error) })}
          </FormAlert>
        ) : null}
        <Field
          label={t('connections.field.name.label')}
          error={wrong.has('name') ? t('connections.field.name.wrong') : undefined}
        >
          {(control) => (
            <Input
              {...control}
              value={values['name'] ?? ''}
              autoComplete="off"
              onChange={(event) => set('name', event.target.value)}
            />
          )}
        </Field>
        <FieldInputs
          fields={fieldsOf[connection.provider]}
          values={values}
          wrong={wrong}
          kept={connection.credentials}
          onChange={set}
        />
        <div className="flex justify-end">
          <Button type="submit" busy={update.isPending} disabled={!isDirty}>
            {t('connections.edit.save')}
          </Button>
        </div>
      </form>
    </Card>
  );
}

function initialOf(connection: ConnectionDetail): Record<string, string> {
  const settings = Object.entries(connection.settings).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value] as const] : [],
  );
  return {
    ...Object.fromEntries(settings),
    name: connection.name,
  };
}
