import { zodResolver } from '@hookform/resolvers/zod';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { FormAlert } from '#components/form-alert.tsx';
import { Button } from '#components/ui/button.tsx';
import { Field } from '#components/ui/field.tsx';
import { Input } from '#components/ui/input.tsx';
import type { AuthResult } from '#lib/auth.ts';
import { useServices } from '#lib/services.tsx';
import { PasswordInput } from './password-field.tsx';
import { StepHeading } from './step-heading.tsx';

const shortestPassword = 10;
const schema = z.object({
  email: z.email('common.validation.email'),
  password: z.string().min(shortestPassword, 'common.validation.password'),
});

/** Makes the owner's account; signs in instead when an earlier attempt got as far as making it. */
export function AccountStep() {
  const { t } = useTranslation();
  const { auth } = useServices();
  const [problem, setProblem] = useState<string>();
  const [mustConfirm, setMustConfirm] = useState(false);
  const form = useForm({ resolver: zodResolver(schema), defaultValues: { email: '', password: '' } });
  const { errors, isSubmitting } = form.formState;
  const message = (key: string | undefined) =>
    key === undefined ? undefined : t(key, { count: shortestPassword });

  async function createOrEnter(email: string, password: string): Promise<AuthResult> {
    if (mustConfirm) return auth.signIn(email, password);
    const created = await auth.signUp(email, password);
    if (created.ok || created.problem !== 'already_registered') return created;
    const entered = await auth.signIn(email, password);
    return entered.ok ? entered : created;
  }

  const submit = form.handleSubmit(async ({ email, password }) => {
    setProblem(undefined);
    const result = await createOrEnter(email, password);
    if (!result.ok) setProblem(t(`auth.problem.${result.problem}`, { detail: result.detail }));
    else if (!result.signedIn) setMustConfirm(true);
  });

  return (
    <>
      <StepHeading title={t('auth.setup.account.title')} note={t('auth.setup.account.note')} />
      <form onSubmit={(event) => void submit(event)} noValidate className="mt-6 flex flex-col gap-4">
        {problem === undefined ? null : <FormAlert>{problem}</FormAlert>}
        {mustConfirm && problem === undefined ? (
          <FormAlert tone="info">{t('auth.setup.account.confirmMail')}</FormAlert>
        ) : null}
        <Field label={t('auth.signIn.email')} error={message(errors.email?.message)}>
          {(control) => (
            <Input {...control} type="email" autoComplete="username" autoFocus {...form.register('email')} />
          )}
        </Field>
        <Field
          label={t('auth.signIn.password')}
          hint={t('auth.setup.account.passwordHint', { count: shortestPassword })}
          error={message(errors.password?.message)}
        >
          {(control) => (
            <PasswordInput {...control} autoComplete="new-password" {...form.register('password')} />
          )}
        </Field>
        <Button type="submit" size="lg" busy={isSubmitting}>
          {t('auth.setup.account.submit')}
        </Button>
      </form>
    </>
  );
}
