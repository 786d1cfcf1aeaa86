import type { CloudAccount } from '@zaphub/providers';
import { connectionFields } from '@zaphub/types';
import type { ConnectionAccount } from './connection-accounts.ts';

const accounts = new WeakMap<ConnectionAccount, { readonly account: CloudAccount | undefined }>();

/**
 * A connection as the Cloud API's provider needs it; `undefined` when it is of another kind or not set up. The same
 * answer for the same connection, as long as nothing of it has changed: it is asked for each message.
 */
export function cloudAccountOf(account: ConnectionAccount | undefined): CloudAccount | undefined {
  if (account?.provider !== 'cloud-api') return undefined;
  const known = accounts.get(account) ?? { account: readAccount(account) };
  accounts.set(account, known);
  return known.account;
}

function readAccount(account: ConnectionAccount): CloudAccount | undefined {
  const settings = connectionFields['cloud-api'].settings.safeParse(account.settings).data;
  const { access_token: accessToken, app_secret: appSecret } = account.secrets;
  if (settings === undefined || accessToken === undefined) return undefined;
  return {
    phoneNumberId: settings.phone_number_id,
    businessAccountId: settings.business_account_id,
    accessToken,
    ...(appSecret === undefined ? {} : { appSecret }),
  };
}
