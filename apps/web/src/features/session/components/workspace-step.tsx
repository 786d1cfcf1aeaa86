import { zodResolver } from '@hookform/resolvers/zod';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Controller, useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { z } from 'zod';
import { FormAlert } from '#components/form-alert.tsx';
import { CountryField, ZoneField } from '#components/region-fields.tsx';
import { Button } from '#components/ui/button.tsx';
import { Field } from '#components/ui/field.tsx';
import { Input } from '#components/ui/input.tsx';
import { Select } from '#components/ui/select.tsx';
import { languages } from '#i18n/languages.ts';
import { ApiError } from '#lib/api-error.ts';
import { useDescribeError } from '#lib/describe-error.ts';
import { browserCountry, browserZone } from '#lib/regions.ts';
import { useApi, useServices } from '#lib/services.tsx';
import { claimSetup } from '../api/claim-setup.ts';
import { StepHeading } from './step-heading.tsx';

const schema = z.object({
  tenant_name: z.string().trim().min(1, 'common.validation.required').max(120, 'common.validation.tooLong'),
  default_country: z.string(),
  locale: z.enum(languages),
  timezone: z.string(),
});

interface WorkspaceStepProps {
  token: string;
  email: string;
  onTokenRefused: () => void;
}

/** Names the first workspace; country, language and zone come from the browser. */
export function WorkspaceStep({ token, email, onTokenRefused }: WorkspaceStepProps) {
  const { t } = useTranslation();
  const api = useApi();
  const services = useServices();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const describe = useDescribeError();
  const form = useForm({
    resolver: zodResolver(schema),
    defaultValues: {
      tenant_name: '',
      default_country: browserCountry(),
      locale: services.language(),
      timezone: browserZone(),
    },
  });
  const claim = useMutation({
    mutationFn: (values: z.infer<typeof schema>) => claimSetup(api, { token, ...values }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['session'] });
      await navigate('/', { replace: true });
    },
    onError: (error) => {
      if (error instanceof ApiError && error.code === 'setup_token_invalid') onTokenRefused();
    },
  });
  const nameError = form.formState.errors.tenant_name?.message;

  return (
    <>
      <StepHeading title={t('auth.setup.workspace.title')} note={t('auth.setup.workspace.note')} />
      <form
        onSubmit={(event) => void form.handleSubmit((values) => claim.mutate(values))(event)}
        noValidate
        className="mt-6 flex flex-col gap-4"
      >
        {claim.isError ? (
          <FormAlert>
            {t('errors.what', { what: t('auth.setup.failed'), why: describe(claim.error) })}
          </FormAlert>
        ) : null}
        <Field
          label={t('auth.setup.workspace.name')}
          error={nameError === undefined ? undefined : t(nameError, { count: 120 })}
        >
          {(control) => (
            <Input
              {...control}
              placeholder={t('auth.setup.workspace.namePlaceholder')}
              autoComplete="organization"
              autoFocus
              {...form.register('tenant_name')}
            />
          )}
        </Field>
        <Field label={t('auth.setup.workspace.country')} hint={t('auth.setup.workspace.countryHint')}>
          {(control) => (
            <Controller
              control={form.control}
              name="default_country"
              render={({ field }) => (
                <CountryField {...control} value={field.value} onChange={field.onChange} />
              )}
            />
          )}
        </Field>
        <Field label={t('auth.setup.workspace.language')}>
          {(control) => (
            <Controller
              control={form.control}
              name="locale"
              render={({ field }) => (
                <Select
                  {...control}
                  value={field.value}
                  onChange={(language) => {
                    field.onChange(language);
                    void services.setLanguage(language, { keep: true });
                  }}
                  options={languages.map((language) => ({
                    value: language,
                    label: t(`common.languageName.${language}`),
                  }))}
                />
              )}
            />
          )}
        </Field>
        <Field label={t('auth.setup.workspace.zone')} hint={t('auth.setup.workspace.zoneHint')}>
          {(control) => (
            <Controller
              control={form.control}
              name="timezone"
              render={({ field }) => <ZoneField {...control} value={field.value} onChange={field.onChange} />}
            />
          )}
        </Field>
        <Button type="submit" size="lg" busy={claim.isPending} className="mt-1">
          {t('auth.setup.workspace.submit')}
        </Button>
        <p className="text-center text-xs text-muted-foreground">
          {t('auth.setup.account.signedInAs', { email })}
        </p>
      </form>
    </>
  );
}
