import type { ApiClient } from '#lib/api-client.ts';

/** `POST /setup/check`: resolves when the token opens this installation, throws `setup_token_invalid` otherwise. */
export async function checkSetupToken(api: ApiClient, token: string): Promise<void> {
  await api.post('/setup/check', { token });
}
