import { useQuery } from '@tanstack/react-query';
import { Controller, type UseFormReturn } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { Card } from '#components/ui/card.tsx';
import { ChoiceCards } from '#components/ui/choice-cards.tsx';
import { Field } from '#components/ui/field.tsx';
import { Input } from '#components/ui/input.tsx';
import { Select } from '#components/ui/select.tsx';
import { tagsQuery } from '#features/contacts/index.ts';
import { useApi } from '#lib/services.tsx';
import { useDuration } from '#lib/use-duration.ts';
import type { CampaignValues } from './campaign-values.ts';
import { ContentFields } from './content-fields.tsx';
import { SenderField } from './sender-field.tsx';

const policies = ['at_most_once', 'at_least_once', 'ask'] as const;

/** What a campaign says, to whom, how fast, and what to do when an outcome is lost. */
export function CampaignForm({ form }: { form: UseFormReturn<CampaignValues> }) {
  const { t } = useTranslation();
  const api = useApi();
  const duration = useDuration();
  const tags = useQuery(tagsQuery(api)).data?.data ?? [];
  const { errors } = form.formState;
  const { audience, speed, rate } = form.watch();
  const message = (key: string | undefined, values: Record<string, number> = {}) =>
    key === undefined ? undefined : t(key, values);

  return (
    <div className="flex min-w-0 flex-col gap-5">
      <Card>
        <div className="flex flex-col gap-5">
          <Field
            label={t('campaigns.form.name')}
            hint={t('campaigns.form.nameHint')}
            error={message(errors.name?.message, { count: 120 })}
          >
            {(control) => (
              <Input
                {...control}
                placeholder={t('campaigns.form.namePlaceholder')}
                autoComplete="off"
                autoFocus
                {...form.register('name')}
              />
            )}
          </Field>
          <SenderField form={form} />
          <ContentFields form={form} />
        </div>
      </Card>
      <Card title={t('campaigns.form.audience')}>
        <Controller
          control={form.control}
          name="audience"
          render={({ field }) => (
            <ChoiceCards
              label={t('campaigns.form.audience')}
              columns={2}
              value={field.value}
              onChange={field.onChange}
              choices={[
                { value: 'all', title: t('campaigns.form.all'), note: t('campaigns.form.allNote') },
                { value: 'tag', title: t('campaigns.form.byTag'), note: t('campaigns.form.byTagNote') },
              ]}
            />
          )}
        />
        {audience === 'tag' ? (
          <Field
            label={t('campaigns.form.tag')}
            className="mt-4"
            error={message(errors.tag?.message)}
            {...(tags.length === 0 ? { hint: t('campaigns.form.noTags') } : {})}
          >
            {(control) => (
              <Controller
                control={form.control}
                name="tag"
                render={({ field }) => (
                  <Select
                    {...control}
                    value={field.value === '' ? null : field.value}
                    onChange={field.onChange}
                    disabled={tags.length === 0}
                    placeholder={t('campaigns.form.tagPlaceholder')}
                    options={tags.map(({ tag, contacts }) => ({
                      value: tag,
                      label: t('contacts.tagCount', { tag, count: contacts }),
                    }))}
                  />
                )}
              />
            )}
          </Field>
        ) : null}
      </Card>
      <Card title={t('campaigns.form.speed')}>
        <Controller
          control={form.control}
          name="speed"
          render={({ field }) => (
            <ChoiceCards
              label={t('campaigns.form.speed')}
              columns={2}
              value={field.value}
              onChange={field.onChange}
              choices={[
                { value: 'fast', title: t('campaigns.form.fast'), note: t('campaigns.form.fastNote') },
                { value: 'slow', title: t('campaigns.form.slow'), note: t('campaigns.form.slowNote') },
              ]}
            />
          )}
        />
        {speed === 'slow' ? (
          <Field
            label={t('campaigns.form.rate')}
            className="mt-4 max-w-60"
            error={message(errors.rate?.message, { min: 0.1, max: 10_000 })}
            hint={rate > 0 ? t('campaigns.form.rateHint', { duration: duration(1_000 / rate) }) : undefined}
          >
            {(control) => (
              <Input
                {...control}
                type="number"
                inputMode="decimal"
                min={0.1}
                max={10_000}
                step="any"
                {...form.register('rate', { valueAsNumber: true })}
              />
            )}
          </Field>
        ) : null}
      </Card>
      <Card title={t('campaigns.form.unknown')} note={t('campaigns.form.unknownHint')}>
        <Controller
          control={form.control}
          name="unknownPolicy"
          render={({ field }) => (
            <ChoiceCards
              label={t('campaigns.form.unknown')}
              value={field.value}
              onChange={field.onChange}
              choices={policies.map((policy) => ({
                value: policy,
                title: t(`campaigns.form.policy.${policy}`),
                note: t(`campaigns.form.policy.${policy}Note`),
              }))}
            />
          )}
        />
      </Card>
    </div>
  );
}
