import { useQuery, useQueryClient } from '@tanstack/react-query';
import { LogOut } from 'lucide-react';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, Outlet, useLocation } from 'react-router';
import { ErrorState } from '#components/error-state.tsx';
import { Button } from '#components/ui/button.tsx';
import { meQuery, setupStatusQuery } from '#features/session/index.ts';
import { createApiClient } from '#lib/api-client.ts';
import { ApiContext, useApi, useServices, useSession } from '#lib/services.tsx';
import { keepChoice, readChoice } from '#lib/storage.ts';
import { WorkspaceContext } from '#lib/workspace.ts';
import { Splash } from './splash.tsx';

/** Lets nobody in who is not signed in to a workspace, and sends them where they can become so. */
export function WorkspaceGate() {
  const session = useSession();
  return session === null ? <SignedOut /> : <SignedIn userId={session.user.id} />;
}

function SignedOut() {
  const { t } = useTranslation();
  const location = useLocation();
  const setup = useQuery(setupStatusQuery(useApi()));
  if (setup.isPending) return <Splash />;
  if (setup.isError) {
    return (
      <FullPage>
        <ErrorState
          error={setup.error}
          what={t('common.boot.title')}
          onRetry={() => void setup.refetch()}
          busy={setup.isFetching}
        />
      </FullPage>
    );
  }
  if (!setup.data.claimed) return <Navigate to={`/setup${location.hash}`} replace />;
  const wanted = location.pathname + location.search;
  return (
    <Navigate to={wanted === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(wanted)}`} replace />
  );
}

function SignedIn({ userId }: { userId: string }) {
  const { t } = useTranslation();
  const services = useServices();
  const queryClient = useQueryClient();
  const [chosen, setChosen] = useState(() => readChoice('tenant'));
  const me = useQuery(meQuery(useApi(), userId));
  const membership = me.data?.tenants.find(({ tenant }) => tenant.id === chosen) ?? me.data?.tenants[0];
  const tenantId = membership?.tenant.id ?? null;

  const api = useMemo(
    () =>
      createApiClient({
        getToken: services.auth.token,
        tenantId,
        getLanguage: services.language,
        onUnauthenticated: () => void services.auth.signOut(),
      }),
    [services, tenantId],
  );

  const workspace = useMemo(() => {
    if (me.data === undefined || membership === undefined) return null;
    return {
      tenant: membership.tenant,
      role: membership.role,
      email: me.data.email,
      all: me.data.tenants,
      switchTo: (id: string) => {
        keepChoice('tenant', id);
        setChosen(id);
        // Nothing of the other workspace may stay behind, not even for a moment.
        queryClient.removeQueries({ predicate: (query) => query.queryKey[0] !== 'session' });
      },
    };
  }, [me.data, membership, queryClient]);

  const tenantLanguage = membership?.tenant.locale;
  useEffect(() => {
    if (tenantLanguage !== undefined && readChoice('language') === null) {
      void services.setLanguage(tenantLanguage, { keep: false });
    }
  }, [services, tenantLanguage]);

  if (me.isPending) return <Splash />;
  if (me.isError) {
    return (
      <FullPage>
        <ErrorState
          error={me.error}
          what={t('auth.me.failed')}
          onRetry={() => void me.refetch()}
          busy={me.isFetching}
        />
        <div className="flex justify-center">
          <Button variant="ghost" onClick={() => void services.auth.signOut()}>
            <LogOut aria-hidden />
            {t('common.account.signOut')}
          </Button>
        </div>
      </FullPage>
    );
  }
  if (workspace === null) return <Navigate to="/setup" replace />;
  return (
    <ApiContext value={api}>
      <WorkspaceContext value={workspace}>
        <Outlet key={workspace.tenant.id} />
      </WorkspaceContext>
    </ApiContext>
  );
}

function FullPage({ children }: { children: ReactNode }) {
  return <main className="flex min-h-dvh flex-col items-stretch justify-center">{children}</main>;
}
