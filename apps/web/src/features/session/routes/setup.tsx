import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate } from 'react-router';
import { ErrorState } from '#components/error-state.tsx';
import { ButtonLink } from '#components/ui/button-link.tsx';
import { useApi, useSession } from '#lib/services.tsx';
import { usePageTitle } from '#lib/use-page-title.ts';
import { meQuery } from '../api/get-me.ts';
import { setupStatusQuery } from '../api/get-setup-status.ts';
import { AccountStep } from '../components/account-step.tsx';
import { AuthLayout } from '../components/auth-layout.tsx';
import { TokenStep } from '../components/token-step.tsx';
import { WorkspaceStep } from '../components/workspace-step.tsx';

/** The first start: token, account, workspace. A step that is done already is not asked again. */
export function SetupRoute() {
  const { t } = useTranslation();
  const api = useApi();
  const session = useSession();
  const [token, setToken] = useState<string>();
  const status = useQuery(setupStatusQuery(api));
  const me = useQuery({ ...meQuery(api, session?.user.id ?? ''), enabled: session !== null });
  usePageTitle(t('auth.setup.title'));

  if (me.data !== undefined && me.data.tenants.length > 0) return <Navigate to="/" replace />;
  if (status.isPending) return null;
  if (status.isError) {
    return (
      <AuthLayout>
        <ErrorState
          error={status.error}
          what={t('auth.setup.statusFailed')}
          busy={status.isFetching}
          onRetry={() => void status.refetch()}
        />
      </AuthLayout>
    );
  }
  if (status.data.claimed) {
    return (
      <AuthLayout>
        <h1 className="text-2xl font-semibold tracking-tight text-balance">
          {t('auth.setup.claimed.title')}
        </h1>
        <p className="mt-2 text-sm leading-relaxed text-pretty text-muted-foreground">
          {t('auth.setup.claimed.note')}
        </p>
        <ButtonLink to="/sign-in" size="lg" className="mt-6">
          {t('auth.setup.claimed.action')}
        </ButtonLink>
      </AuthLayout>
    );
  }

  const step = token === undefined ? 1 : session === null ? 2 : 3;
  return (
    <AuthLayout>
      <p className="text-[0.8125rem] font-medium text-primary-text">{t('auth.setup.steps', { step })}</p>
      <div aria-hidden className="mt-2 mb-6 grid grid-cols-3 gap-1.5">
        {[1, 2, 3].map((index) => (
          <span
            key={index}
            className={`h-1 rounded-full transition-colors ${index <= step ? 'bg-primary' : 'bg-border'}`}
          />
        ))}
      </div>
      {token === undefined ? (
        <TokenStep onDone={setToken} />
      ) : session === null ? (
        <AccountStep />
      ) : (
        <WorkspaceStep
          token={token}
          email={session.user.email ?? ''}
          onTokenRefused={() => setToken(undefined)}
        />
      )}
    </AuthLayout>
  );
}
