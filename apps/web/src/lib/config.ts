/** What the server tells the dashboard at run time; nothing is baked into the build. */
export interface RuntimeConfig {
  /** Where Supabase Auth answers: an absolute origin, or this page's own when the server proxies it. */
  supabaseUrl: string;
  supabaseKey: string;
  version: string | null;
  /** Kinds of connection that are switched on there. */
  providers: readonly string[];
}

/**
 * Reads `/config.json`.
 *
 * @throws Error when the server cannot be reached or answers something else.
 */
export async function loadConfig(): Promise<RuntimeConfig> {
  const response = await fetch('/config.json', { headers: { accept: 'application/json' } });
  if (!response.ok) throw new Error(`/config.json answered ${response.status}`);
  const body: unknown = await response.json();
  return {
    supabaseUrl: text(body, 'supabase_url') ?? window.location.origin,
    supabaseKey: text(body, 'supabase_key') ?? '',
    version: text(body, 'version'),
    providers: texts(body, 'providers'),
  };
}

function text(body: unknown, key: string): string | null {
  if (typeof body !== 'object' || body === null) return null;
  const value: unknown = Reflect.get(body, key);
  return typeof value === 'string' && value !== '' ? value : null;
}

function texts(body: unknown, key: string): string[] {
  const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, key) : undefined;
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
