import { zodResolver } from '@hookform/resolvers/zod';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { Navigate, useSearchParams } from 'react-router';
import { z } from 'zod';
import { FormAlert } from '#components/form-alert.tsx';
import { Button } from '#components/ui/button.tsx';
import { Field } from '#components/ui/field.tsx';
import { Input } from '#components/ui/input.tsx';
import { useServices, useSession } from '#lib/services.tsx';
import { usePageTitle } from '#lib/use-page-title.ts';
import { AuthLayout } from '../components/auth-layout.tsx';
import { PasswordInput } from '../components/password-field.tsx';

const schema = z.object({
  email: z.email('common.validation.email'),
  password: z.string().min(1, 'common.validation.required'),
});

/** Signs in and leads on to `?next=`, within this site. */
export function SignInRoute() {
  const { t } = useTranslation();
  const { auth } = useServices();
  const session = useSession();
  const [parameters] = useSearchParams();
  const [problem, setProblem] = useState<string>();
  const form = useForm({ resolver: zodResolver(schema), defaultValues: { email: '', password: '' } });
  usePageTitle(t('auth.signIn.title'));
  if (session !== null) return <Navigate to={insidePath(parameters.get('next'))} replace />;

  const { errors, isSubmitting } = form.formState;
  const message = (key: string | undefined) => (key === undefined ? undefined : t(key));
  const submit = form.handleSubmit(async ({ email, password }) => {
    setProblem(undefined);
    const result = await auth.signIn(email, password);
    if (!result.ok) setProblem(t(`auth.problem.${result.problem}`, { detail: result.detail }));
  });

  return (
    <AuthLayout>
      <h1 className="text-2xl font-semibold tracking-tight">{t('auth.signIn.title')}</h1>
      <p className="mt-1.5 text-sm text-pretty text-muted-foreground">{t('auth.signIn.ended')}</p>
      <form onSubmit={(event) => void submit(event)} noValidate className="mt-7 flex flex-col gap-4">
        {problem === undefined ? null : <FormAlert>{problem}</FormAlert>}
        <Field label={t('auth.signIn.email')} error={message(errors.email?.message)}>
          {(control) => (
            <Input {...control} type="email" autoComplete="username" autoFocus {...form.register('email')} />
          )}
        </Field>
        <Field label={t('auth.signIn.password')} error={message(errors.password?.message)}>
          {(control) => (
            <PasswordInput {...control} autoComplete="current-password" {...form.register('password')} />
          )}
        </Field>
        <Button type="submit" size="lg" busy={isSubmitting} className="mt-1">
          {t('auth.signIn.submit')}
        </Button>
      </form>
    </AuthLayout>
  );
}

/** Only paths of this site: a link must not be able to send somebody elsewhere after signing in. */
function insidePath(next: string | null): string {
  return next !== null && /^\/(?![/\\])/.test(next) ? next : '/';
}
