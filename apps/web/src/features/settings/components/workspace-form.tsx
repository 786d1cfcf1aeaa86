import { zodResolver } from '@hookform/resolvers/zod';
import { Controller, useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { z } from 'zod';
import { FormAlert } from '#components/form-alert.tsx';
import { CountryField, ZoneField } from '#components/region-fields.tsx';
import { UnsavedGuard } from '#components/unsaved-guard.tsx';
import { Button } from '#components/ui/button.tsx';
import { Card } from '#components/ui/card.tsx';
import { Field } from '#components/ui/field.tsx';
import { Input } from '#components/ui/input.tsx';
import { Select } from '#components/ui/select.tsx';
import { languages } from '#i18n/languages.ts';
import { useDescribeError } from '#lib/describe-error.ts';
import { useCan, useWorkspace } from '#lib/workspace.ts';
import { useUpdateTenant } from '../api/update-tenant.ts';

const schema = z.object({
  name: z.string().trim().min(1, 'common.validation.required').max(120, 'common.validation.tooLong'),
  default_country: z.string(),
  locale: z.enum(languages),
  timezone: z.string(),
});

/** What holds for everybody in the workspace. */
export function WorkspaceForm() {
  const { t } = useTranslation();
  const { tenant, role } = useWorkspace();
  const canEdit = useCan('admin');
  const describe = useDescribeError();
  const update = useUpdateTenant();
  const form = useForm({
    resolver: zodResolver(schema),
    defaultValues: {
      name: tenant.name,
      default_country: tenant.default_country,
      locale: tenant.locale,
      timezone: tenant.timezone,
    },
  });
  const { errors, isDirty } = form.formState;
  const submit = form.handleSubmit((values) =>
    update.mutate(values, {
      onSuccess: () => {
        form.reset(values);
        toast.success(t('settings.workspace.saved'));
      },
    }),
  );
  return (
    <Card title={t('settings.workspace.title')} note={t('settings.workspace.note')}>
      <form onSubmit={(event) => void submit(event)} noValidate className="flex flex-col gap-5">
        <UnsavedGuard dirty={isDirty} />
        {canEdit ? null : (
          <FormAlert tone="info">{t('common.readOnly', { role: t(`common.role.${role}`) })}</FormAlert>
        )}
        {update.isError ? (
          <FormAlert>
            {t('errors.what', { what: t('settings.workspace.saveFailed'), why: describe(update.error) })}
          </FormAlert>
        ) : null}
        <Field
          label={t('settings.workspace.name')}
          error={errors.name?.message === undefined ? undefined : t(errors.name.message, { count: 120 })}
        >
          {(control) => (
            <Input {...control} readOnly={!canEdit} autoComplete="organization" {...form.register('name')} />
          )}
        </Field>
        <Field label={t('settings.workspace.country')} hint={t('settings.workspace.countryHint')}>
          {(control) => (
            <Controller
              control={form.control}
              name="default_country"
              render={({ field }) => (
                <CountryField
                  {...control}
                  value={field.value}
                  onChange={field.onChange}
                  disabled={!canEdit}
                />
              )}
            />
          )}
        </Field>
        <div className="grid gap-5 sm:grid-cols-2">
          <Field label={t('settings.workspace.language')} hint={t('settings.workspace.languageHint')}>
            {(control) => (
              <Controller
                control={form.control}
                name="locale"
                render={({ field }) => (
                  <Select
                    {...control}
                    value={field.value}
                    onChange={field.onChange}
                    disabled={!canEdit}
                    options={languages.map((language) => ({
                      value: language,
                      label: t(`common.languageName.${language}`),
                    }))}
                  />
                )}
              />
            )}
          </Field>
          <Field label={t('settings.workspace.zone')} hint={t('settings.workspace.zoneHint')}>
            {(control) => (
              <Controller
                control={form.control}
                name="timezone"
                render={({ field }) => (
                  <ZoneField {...control} value={field.value} onChange={field.onChange} disabled={!canEdit} />
                )}
              />
            )}
          </Field>
        </div>
        {canEdit ? (
          <div className="flex justify-end">
            <Button type="submit" busy={update.isPending} disabled={!isDirty}>
              {t('settings.workspace.save')}
            </Button>
          </div>
        ) : null}
      </form>
    </Card>
  );
}
