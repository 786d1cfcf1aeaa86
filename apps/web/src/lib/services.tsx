import type { Locale } from '@zaphub/types';
import { createContext, use, useSyncExternalStore } from 'react';
import type { ApiClient } from './api-client.ts';
import type { Auth } from './auth.ts';

/** What `main.tsx` opens once and every screen may use. */
export interface Services {
  auth: Auth;
  version: string | null;
  /** Kinds of connection that are switched on at the server. */
  providers: readonly string[];
  language: () => Locale;
  /** `keep` remembers it as this person's choice in this browser. */
  setLanguage: (language: Locale, options: { keep: boolean }) => Promise<void>;
}

/** Holds the services for the screens. */
export const ServicesContext = createContext<Services | null>(null);

/**
 * The services.
 *
 * @throws Error outside of the provider.
 */
export function useServices(): Services {
  const services = use(ServicesContext);
  if (services === null) throw new Error('useServices outside of its provider');
  return services;
}

/** Holds the API client for the screens. */
export const ApiContext = createContext<ApiClient | null>(null);

/** The API, bound to the session and, inside the workspace, to its tenant. */
export function useApi(): ApiClient {
  const api = use(ApiContext);
  if (api === null) throw new Error('useApi outside of its provider');
  return api;
}

/** The signed-in session, or null; re-renders when it changes. */
export function useSession() {
  const { auth } = useServices();
  return useSyncExternalStore(auth.subscribe, auth.current);
}
