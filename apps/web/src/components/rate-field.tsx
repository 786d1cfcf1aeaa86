import { useTranslation } from 'react-i18next';
import type { RateText, RateUnit } from '#lib/send-rate.ts';
import { Field } from './ui/field.tsx';
import { Input } from './ui/input.tsx';
import { Select } from './ui/select.tsx';

interface RateFieldProps {
  label: string;
  hint: string;
  error?: string | undefined;
  value: RateText;
  onChange: (value: RateText) => void;
  disabled?: boolean;
}

const units: readonly RateUnit[] = ['second', 'minute'];

/** How many messages in how much time; empty for no limit. */
export function RateField({ label, hint, error, value, onChange, disabled = false }: RateFieldProps) {
  const { t } = useTranslation();
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => (
        <div className="flex gap-2">
          <Input
            {...control}
            className="min-w-0 flex-1"
            inputMode="decimal"
            autoComplete="off"
            placeholder={t('common.rate.none')}
            value={value.text}
            disabled={disabled}
            onChange={(event) => onChange({ ...value, text: event.target.value })}
          />
          <Select
            className="w-36 shrink-0"
            aria-label={t('common.rate.unit', { label })}
            value={value.unit}
            disabled={disabled}
            onChange={(unit) => onChange({ ...value, unit })}
            options={units.map((unit) => ({ value: unit, label: t(`common.rate.each.${unit}`) }))}
          />
        </div>
      )}
    </Field>
  );
}
