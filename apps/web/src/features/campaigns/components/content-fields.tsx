import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { Controller, type UseFormReturn } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { ButtonLink } from '#components/ui/button-link.tsx';
import { ChoiceCards } from '#components/ui/choice-cards.tsx';
import { Field } from '#components/ui/field.tsx';
import { Select } from '#components/ui/select.tsx';
import { templatesQuery } from '#features/templates/index.ts';
import { useApi } from '#lib/services.tsx';
import type { CampaignValues } from './campaign-values.ts';
import { NetworkTemplateFields } from './network-template-fields.tsx';
import { useChosenNumber } from './sender-field.tsx';

/** What a campaign says: one of our templates, or, from a number of the Cloud API, one that WhatsApp has approved. */
export function ContentFields({ form }: { form: UseFormReturn<CampaignValues> }) {
  const { t } = useTranslation();
  const [senderId, content] = form.watch(['senderId', 'content']);
  const number = useChosenNumber(senderId);
  if (number?.provider !== 'cloud-api') return <OwnTemplateField form={form} />;
  return (
    <>
      <Controller
        control={form.control}
        name="content"
        render={({ field }) => (
          <ChoiceCards
            label={t('campaigns.form.content')}
            columns={2}
            value={field.value}
            onChange={field.onChange}
            choices={(['network', 'own'] as const).map((kind) => ({
              value: kind,
              title: t(`campaigns.form.contents.${kind}`),
              note: t(`campaigns.form.contents.${kind}Note`),
            }))}
          />
        )}
      />
      {content === 'network' ? (
        <NetworkTemplateFields form={form} connectionId={number.id} />
      ) : (
        <OwnTemplateField form={form} />
      )}
    </>
  );
}

function OwnTemplateField({ form }: { form: UseFormReturn<CampaignValues> }) {
  const { t } = useTranslation();
  const templates = useQuery(templatesQuery(useApi(), { limit: 200 })).data?.data;
  const error = form.formState.errors.templateId?.message;
  return (
    <Field
      label={t('campaigns.form.template')}
      error={error === undefined ? undefined : t(error)}
      hint={templates?.length === 0 ? t('campaigns.empty.noTemplate') : undefined}
    >
      {(control) => (
        <div className="flex gap-2">
          <Controller
            control={form.control}
            name="templateId"
            render={({ field }) => (
              <Select
                {...control}
                className="flex-1"
                value={field.value === '' ? null : field.value}
                onChange={field.onChange}
                placeholder={t('campaigns.form.templatePlaceholder')}
                options={(templates ?? []).map((template) => ({
                  value: template.id as string,
                  label: template.name,
                }))}
              />
            )}
          />
          <ButtonLink
            to="/templates/new"
            variant="secondary"
            size="icon"
            aria-label={t('campaigns.form.templateNew')}
            title={t('campaigns.form.templateNew')}
          >
            <Plus aria-hidden />
          </ButtonLink>
        </div>
      )}
    </Field>
  );
}
