import { webhookEventType, type WebhookEventType } from '@zaphub/types';
import { useTranslation } from 'react-i18next';
import { Field } from '#components/ui/field.tsx';
import { Input } from '#components/ui/input.tsx';
import { useTypeWords } from './delivery-words.ts';

/** What a person writes about a webhook. */
export interface WebhookValues {
  readonly url: string;
  readonly description: string;
  readonly types: readonly WebhookEventType[];
}

interface WebhookFieldsProps {
  values: WebhookValues;
  onChange: (values: WebhookValues) => void;
  /** In the reader's language. */
  problems: { readonly url?: string | undefined; readonly types?: string | undefined };
}

const groups = ['message', 'campaign', 'connection', 'contact'] as const;

/** Address, description, and what is to be told. */
export function WebhookFields({ values, onChange, problems }: WebhookFieldsProps) {
  const { t } = useTranslation();
  const typeWords = useTypeWords();
  const toggle = (type: WebhookEventType, isOn: boolean): void =>
    onChange({
      ...values,
      types: webhookEventType.options.filter((each) => (each === type ? isOn : values.types.includes(each))),
    });
  return (
    <>
      <Field label={t('webhooks.field.url')} hint={t('webhooks.field.urlHint')} error={problems.url}>
        {(control) => (
          <Input
            {...control}
            type="url"
            inputMode="url"
            autoComplete="off"
            spellCheck={false}
            placeholder="https://example.com/zaphub"
            maxLength={2000}
            value={values.url}
            onChange={(event) => onChange({ ...values, url: event.target.value })}
          />
        )}
      </Field>
      <Field label={t('webhooks.field.description')} optional={t('webhooks.field.optional')}>
        {(control) => (
          <Input
            {...control}
            autoComplete="off"
            maxLength={200}
            value={values.description}
            onChange={(event) => onChange({ ...values, description: event.target.value })}
          />
        )}
      </Field>
      <fieldset className="flex flex-col gap-3">
        <legend className="mb-2 text-sm font-medium">{t('webhooks.field.types')}</legend>
        <div className="grid gap-x-6 gap-y-4 sm:grid-cols-2">
          {groups.map((group) => (
            <div key={group} className="flex flex-col">
              <p className="pb-1 text-[0.8125rem] text-muted-foreground">{t(`webhooks.group.${group}`)}</p>
              {webhookEventType.options
                .filter((type) => type.startsWith(`${group}.`))
                .map((type) => (
                  <label key={type} className="flex min-h-11 items-center gap-2.5 text-sm">
                    <input
                      type="checkbox"
                      className="size-4 shrink-0 accent-primary"
                      checked={values.types.includes(type)}
                      onChange={(event) => toggle(type, event.target.checked)}
                    />
                    <span className="min-w-0 leading-tight">
                      {typeWords(type)}
                      <code className="block text-xs break-all text-muted-foreground">{type}</code>
                    </span>
                  </label>
                ))}
            </div>
          ))}
        </div>
        {problems.types === undefined ? null : (
          <p role="alert" className="text-[0.8125rem] text-danger-text">
            {problems.types}
          </p>
        )}
      </fieldset>
    </>
  );
}
