import type { SetupClaim } from '@zaphub/types';
import type { ApiClient } from '#lib/api-client.ts';

/** `POST /setup`: uses the token up and makes the first workspace, owned by the signed-in person. */
export async function claimSetup(api: ApiClient, claim: SetupClaim): Promise<void> {
  await api.post('/setup', claim);
}
