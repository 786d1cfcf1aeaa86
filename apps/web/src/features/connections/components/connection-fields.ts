import type { ConnectionProvider } from '@zaphub/types';

/** One thing a person fills in for a kind of connection. */
export interface ConnectionField {
  /** The name it is kept under. */
  readonly name: string;
  readonly kind: 'settings' | 'credentials';
  readonly isOptional: boolean;
}

const setting = (name: string): ConnectionField => ({ name, kind: 'settings', isOptional: false });
const secret = (name: string, isOptional = false): ConnectionField => ({
  name,
  kind: 'credentials',
  isOptional,
});

/** What each kind needs, in the order it is asked for; the contracts say what fits. */
export const fieldsOf: Readonly<Record<ConnectionProvider, readonly ConnectionField[]>> = {
  simulator: [],
  'cloud-api': [
    setting('phone_number_id'),
    setting('business_account_id'),
    secret('access_token'),
    secret('app_secret', true),
    secret('verify_token', true),
  ],
  wuzapi: [setting('base_url'), secret('token'), secret('hmac_key', true)],
  baileys: [secret('proxy', true)],
};

/** Splits what was filled in into settings and secrets; what was left empty is left out. */
export function partsOf(
  provider: ConnectionProvider,
  values: Readonly<Record<string, string>>,
): { settings: Record<string, string>; credentials: Record<string, string> } {
  const pick = (kind: ConnectionField['kind']): Record<string, string> =>
    Object.fromEntries(
      fieldsOf[provider]
        .filter((field) => field.kind === kind)
        .map(({ name }) => [name, values[name]?.trim() ?? ''] as const)
        .filter(([, value]) => value !== ''),
    );
  return { settings: pick('settings'), credentials: pick('credentials') };
}
