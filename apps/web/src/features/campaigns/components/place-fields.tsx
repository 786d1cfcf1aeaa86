import type { NetworkTemplate } from '@zaphub/types';
import { useId } from 'react';
import type { UseFormReturn } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { Field } from '#components/ui/field.tsx';
import { Input } from '#components/ui/input.tsx';
import { useVariables } from '#features/templates/index.ts';
import type { CampaignValues } from './campaign-values.ts';
import { placesOf, type TemplatePlace } from './template-places.ts';

/** As the contract has it. */
const longestText = 1_024;

interface PlaceFieldsProps {
  form: UseFormReturn<CampaignValues>;
  template: NetworkTemplate;
}

/** A text for each place of a template: words, a field of the contact, or both. */
export function PlaceFields({ form, template }: PlaceFieldsProps) {
  const { t } = useTranslation();
  const listId = useId();
  const variables = useVariables();
  const places = placesOf(template);
  const errors = form.formState.errors.network;
  const texts = errors !== undefined && 'texts' in errors ? errors.texts : undefined;
  if (places.length === 0) return null;
  return (
    <fieldset className="flex flex-col gap-4">
      <legend className="mb-1 text-sm font-medium">{t('campaigns.form.places')}</legend>
      <p className="text-[0.8125rem] text-pretty text-muted-foreground">
        {t('campaigns.form.placesHint', { example: '{{ first_name }}' })}
      </p>
      <datalist id={listId}>
        {variables.map((name) => (
          <option key={name} value={`{{ ${name} }}`} />
        ))}
      </datalist>
      <div className="grid gap-4 sm:grid-cols-2">
        {places.map((place) => (
          <PlaceField
            key={place.key}
            place={place}
            form={form}
            listId={listId}
            isMissing={texts?.[place.key] !== undefined}
          />
        ))}
      </div>
    </fieldset>
  );
}

interface PlaceFieldProps {
  place: TemplatePlace;
  form: UseFormReturn<CampaignValues>;
  listId: string;
  isMissing: boolean;
}

function PlaceField({ place, form, listId, isMissing }: PlaceFieldProps) {
  const { t } = useTranslation();
  const { key, kind, name, isOptional } = place;
  return (
    <Field
      label={t(`campaigns.form.place.${kind}`, {
        name: kind === 'link' ? t(`campaigns.form.file.${name}`) : name,
      })}
      error={isMissing ? t('common.validation.required') : undefined}
      {...(isOptional ? { optional: t('common.field.optional') } : {})}
    >
      {(control) => (
        <Input
          {...control}
          list={listId}
          autoComplete="off"
          maxLength={longestText}
          placeholder={kind === 'link' ? 'https://' : undefined}
          {...form.register(`network.texts.${key}`)}
        />
      )}
    </Field>
  );
}
