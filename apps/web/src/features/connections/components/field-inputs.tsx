import { useTranslation } from 'react-i18next';
import { Field } from '#components/ui/field.tsx';
import { Input } from '#components/ui/input.tsx';
import type { ConnectionField } from './connection-fields.ts';

interface FieldInputsProps {
  fields: readonly ConnectionField[];
  values: Readonly<Record<string, string>>;
  /** Names of the fields that do not fit. */
  wrong: ReadonlySet<string>;
  /** Names of secrets that are kept already: they stay when nothing new is typed. */
  kept?: readonly string[];
  onChange: (name: string, value: string) => void;
}

/** The inputs of one kind of connection; secrets are typed unseen and never come back. */
export function FieldInputs({ fields, values, wrong, kept = [], onChange }: FieldInputsProps) {
  const { t } = useTranslation();
  return fields.map(({ name, kind, isOptional }) => {
    const isKept = kept.includes(name);
    return (
      <Field
        key={name}
        label={t(`connections.field.${name}.label`)}
        hint={isKept ? t('connections.edit.kept') : t(`connections.field.${name}.hint`)}
        error={wrong.has(name) ? t(`connections.field.${name}.wrong`) : undefined}
        {...(isOptional && !isKept ? { optional: t('common.field.optional') } : {})}
      >
        {(control) => (
          <Input
            {...control}
            type={kind === 'credentials' ? 'password' : 'text'}
            autoComplete={kind === 'credentials' ? 'new-password' : 'off'}
            spellCheck={false}
            value={values[name] ?? ''}
            placeholder={isKept ? '••••••••' : undefined}
            onChange={(event) => onChange(name, event.target.value)}
          />
        )}
      </Field>
    );
  });
}
