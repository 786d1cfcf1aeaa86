import { QueryClientProvider } from '@tanstack/react-query';
import type { i18n as I18n } from 'i18next';
import { useMemo, useState } from 'react';
import { I18nextProvider } from 'react-i18next';
import { RouterProvider } from 'react-router/dom';
import { Toaster } from '#components/ui/toaster.tsx';
import { createApiClient } from '#lib/api-client.ts';
import { createQueryClient } from '#lib/query-client.ts';
import { ApiContext, type Services, ServicesContext } from '#lib/services.tsx';
import { createRouter } from './router.tsx';

/** Everything that every screen needs, once. */
export function Providers({ services, i18n }: { services: Services; i18n: I18n }) {
  const [queryClient] = useState(createQueryClient);
  const [router] = useState(createRouter);
  const api = useMemo(
    () =>
      createApiClient({
        getToken: services.auth.token,
        tenantId: null,
        getLanguage: services.language,
        onUnauthenticated: () => undefined,
      }),
    [services],
  );
  return (
    <ServicesContext value={services}>
      <I18nextProvider i18n={i18n}>
        <QueryClientProvider client={queryClient}>
          <ApiContext value={api}>
            <RouterProvider router={router} />
            <Toaster />
          </ApiContext>
        </QueryClientProvider>
      </I18nextProvider>
    </ServicesContext>
  );
}
