import { zodResolver } from '@hookform/resolvers/zod';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { Button } from '#components/ui/button.tsx';
import { Field } from '#components/ui/field.tsx';
import { Input } from '#components/ui/input.tsx';
import { useDescribeError } from '#lib/describe-error.ts';
import { useApi } from '#lib/services.tsx';
import { checkSetupToken } from '../api/check-setup-token.ts';
import { StepHeading } from './step-heading.tsx';

const schema = z.object({ token: z.string().trim().min(1, 'common.validation.required') });

/** Asks for the token that the terminal printed; takes it from the link (`#token=`) when it is there. */
export function TokenStep({ onDone }: { onDone: (token: string) => void }) {
  const { t } = useTranslation();
  const api = useApi();
  const describe = useDescribeError();
  const form = useForm({ resolver: zodResolver(schema), defaultValues: { token: tokenOfLink() } });
  const check = useMutation({
    mutationFn: (token: string) => checkSetupToken(api, token),
    onSuccess: (_reply, token) => {
      // Out of the address bar, and out of the history.
      window.history.replaceState(window.history.state, '', window.location.pathname);
      onDone(token);
    },
  });

  const started = useRef(false);
  const { mutate } = check;
  useEffect(() => {
    const token = tokenOfLink();
    if (token === '' || started.current) return;
    started.current = true;
    mutate(token);
  }, [mutate]);

  const formError = form.formState.errors.token?.message;
  const error = formError === undefined ? (check.isError ? describe(check.error) : undefined) : t(formError);
  return (
    <>
      <StepHeading title={t('auth.setup.token.title')} note={t('auth.setup.token.note')} />
      <form
        onSubmit={(event) => void form.handleSubmit(({ token }) => check.mutate(token))(event)}
        noValidate
        className="mt-6 flex flex-col gap-4"
      >
        <Field
          label={t('auth.setup.token.label')}
          error={error}
          hint={check.isPending ? t('auth.setup.token.checking') : undefined}
        >
          {(control) => (
            <Input
              {...control}
              className="font-mono"
              autoComplete="off"
              spellCheck={false}
              autoFocus
              {...form.register('token')}
            />
          )}
        </Field>
        <Button type="submit" size="lg" busy={check.isPending}>
          {t('auth.setup.token.submit')}
        </Button>
      </form>
    </>
  );
}

function tokenOfLink(): string {
  return new URLSearchParams(window.location.hash.slice(1)).get('token')?.trim() ?? '';
}
