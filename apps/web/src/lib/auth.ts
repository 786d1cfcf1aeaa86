import { type Session, createClient } from '@supabase/supabase-js';
import type { RuntimeConfig } from './config.ts';

/** Why signing in or up did not work, as far as a person can act on it. */
export type AuthProblem =
  'wrong_credentials' | 'already_registered' | 'weak_password' | 'rate_limited' | 'network' | 'unknown';

/** How signing in or up went. A refusal is a result; only faults throw. */
export type AuthResult =
  { ok: true; signedIn: boolean } | { ok: false; problem: AuthProblem; detail: string };

/** Supabase Auth, and nothing else of Supabase: the browser never queries tables. */
export interface Auth {
  current(): Session | null;
  /** A token that is valid now (refreshed when needed), or null when signed out. */
  token(): Promise<string | null>;
  signIn(email: string, password: string): Promise<AuthResult>;
  /** `signedIn` is false when the server wants the address confirmed first. */
  signUp(email: string, password: string): Promise<AuthResult>;
  signOut(): Promise<void>;
  subscribe(listener: () => void): () => void;
}

/** Opens Auth and reads the stored session, so that `current()` is right from the first render. */
export async function createAuth(config: RuntimeConfig): Promise<Auth> {
  const client = createClient(config.supabaseUrl, config.supabaseKey, {
    auth: { storageKey: 'zaphub.session', detectSessionInUrl: false },
  });
  const listeners = new Set<() => void>();
  let session = (await client.auth.getSession()).data.session;
  client.auth.onAuthStateChange((_event, next) => {
    session = next;
    for (const listener of listeners) listener();
  });

  return {
    current: () => session,
    async token() {
      return (await client.auth.getSession()).data.session?.access_token ?? null;
    },
    async signIn(email, password) {
      const { error } = await client.auth.signInWithPassword({ email, password });
      return error === null ? { ok: true, signedIn: true } : failure(error);
    },
    async signUp(email, password) {
      const { data, error } = await client.auth.signUp({ email, password });
      return error === null ? { ok: true, signedIn: data.session !== null } : failure(error);
    },
    async signOut() {
      // Only this browser: other devices of the same person stay signed in.
      await client.auth.signOut({ scope: 'local' });
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function failure(error: {
  status?: number | undefined;
  code?: string | undefined;
  message: string;
}): AuthResult {
  return { ok: false, problem: problemOf(error.status, error.code, error.message), detail: error.message };
}

function problemOf(status: number | undefined, code: string | undefined, message: string): AuthProblem {
  if (code === 'user_already_exists' || code === 'email_exists' || /already registered/i.test(message))
    return 'already_registered';
  if (code === 'weak_password') return 'weak_password';
  if (status === 429 || code === 'over_request_rate_limit') return 'rate_limited';
  if (code === 'invalid_credentials' || /invalid login credentials/i.test(message))
    return 'wrong_credentials';
  return status === undefined || status === 0 ? 'network' : 'unknown';
}
