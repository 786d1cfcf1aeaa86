import type { Database } from '@zaphub/db';
import type { Secret, Session, SessionEvent, SessionProvider } from '@zaphub/providers';
import { AppError } from '@zaphub/types';
import { type KeyRing, readCredentials } from '../credentials/index.ts';
import type { TakenSession } from './session-lease.ts';
import { createSessionStore } from './session-store.ts';

export interface OpenDeps {
  readonly db: Database;
  readonly ring: KeyRing;
  /** Whether this process may still open: asked last, right before the network is. */
  readonly mayOpen: () => boolean;
}

/** Opens a session with what its people set for it and what they keep secret, read now. */
export async function openSession(
  deps: OpenDeps,
  provider: SessionProvider,
  taken: TakenSession,
  onEvent: (event: SessionEvent) => void,
): Promise<Session> {
  const { connectionId, pairingPhone } = taken;
  const { settings, secrets } = await deps.db.system(async (tx) => ({
    settings: await tx.maybeOne<{ settings: Record<string, unknown> }>(
      'select settings from connections where id = $1 and tenant_id = $2',
      [connectionId, taken.tenantId],
    ),
    secrets: await readCredentials(tx, deps.ring, connectionId),
  }));
  if (!deps.mayOpen()) throw new AppError('unavailable', 'the session is not held by this process any more');
  return provider.openSession({
    connectionId,
    settings: { ...settings?.settings, ...revealed(secrets) },
    store: createSessionStore(deps, taken),
    ...(pairingPhone === null ? {} : { pairingPhone }),
    onEvent,
  });
}

/** Only here, and only for the provider that is to use them. */
function revealed(secrets: Readonly<Record<string, Secret>>): Record<string, string> {
  return Object.fromEntries(Object.entries(secrets).map(([name, secret]) => [name, secret.reveal()]));
}
