import type { Database, TenantScope, Tx } from '@zaphub/db';
import { Secret } from '@zaphub/providers';
import { AppError, connectionFields, type ConnectionPatch, toPublicId } from '@zaphub/types';
import { z } from 'zod';
import { audit } from '../../audit/index.ts';
import { type KeyRing, writeCredentials } from '../../credentials/index.ts';
import { recordConnectionEvent } from '../connection-log.ts';
import { type ConnectionDetailRow, findConnectionDetail } from '../queries.ts';

/**
 * Changes what is given and leaves the rest. A rate has effect while messages go out; new settings or credentials do
 * from the next opening on, so an open session is opened anew.
 * @throws AppError `not_found`, `connection_invalid`, `credentials_locked`
 */
export async function updateConnection(
  deps: { readonly db: Database; readonly credentials: KeyRing },
  scope: TenantScope,
  input: { readonly connectionId: string; readonly patch: ConnectionPatch },
): Promise<ConnectionDetailRow> {
  const { connectionId, patch } = input;
  return deps.db.tenant(scope, async (tx) => {
    const before = await findConnectionDetail(scope, tx, connectionId);
    if (before === undefined) throw new AppError('not_found', 'no such connection');
    const checked = checkPatch(before, patch);
    const isSetUpAnew = patch.settings !== undefined || patch.credentials !== undefined;
    // The session first: its owner locks in this order, too.
    if (isSetUpAnew) await openAnew(tx, scope, connectionId);
    await tx.run(
      `update connections set name = coalesce($3, name), settings = coalesce($4, settings),
         rate_per_second = case when $5 then $6 else rate_per_second end
       where tenant_id = $1 and id = $2`,
      [
        scope.tenantId,
        connectionId,
        patch.name ?? null,
        checked.settings === undefined ? null : JSON.stringify(checked.settings),
        patch.rate_per_second !== undefined,
        patch.rate_per_second ?? null,
      ],
    );
    await writeCredentials(tx, deps.credentials, scope, { connectionId, values: checked.credentials });
    await audit(tx, scope, {
      action: 'connections.update',
      subject: toPublicId('connection', connectionId),
      details: { ...patch, credentials: Object.keys(patch.credentials ?? {}) },
    });
    await recordConnectionEvent(tx, scope, { connectionId, type: 'connection.updated' });
    return { ...before, ...(await findConnectionDetail(scope, tx, connectionId)) };
  });
}

/** Counts as a new wish of its people, so that whoever holds the session opens it anew; tells who remembers settings. */
async function openAnew(tx: Tx, scope: TenantScope, connectionId: string): Promise<void> {
  await tx.run(
    `update connection_sessions set generation = generation + 1, attempts = 0, next_attempt_at = null
     where tenant_id = $1 and connection_id = $2 and wanted`,
    [scope.tenantId, connectionId],
  );
  await tx.run(`select pg_notify('zaphub_credentials', $1), pg_notify('zaphub_sessions', $1)`, [
    connectionId,
  ]);
}

interface CheckedPatch {
  readonly settings: Record<string, unknown> | undefined;
  readonly credentials: Record<string, Secret | null>;
}

/** What of a patch belongs to this kind of connection; a secret that it cannot do without is not forgotten. */
function checkPatch({ provider }: ConnectionDetailRow, patch: ConnectionPatch): CheckedPatch {
  const fields: { settings: z.ZodObject; credentials: z.ZodObject } = connectionFields[provider];
  const settings = patch.settings === undefined ? undefined : fields.settings.safeParse(patch.settings);
  const given = Object.entries(patch.credentials ?? {});
  const kept = Object.fromEntries(given.filter(([, value]) => value !== null));
  const credentials = fields.credentials.partial().safeParse(kept);
  const forgotten = given.filter(([, value]) => value === null).map(([name]) => name);
  const needed = forgotten.filter(
    (name) => fields.credentials.shape[name]?.safeParse(undefined).success !== true,
  );
  if (settings?.success === false || !credentials.success || needed.length > 0) {
    const issues = [...(settings?.error?.issues ?? []), ...(credentials.error?.issues ?? [])];
    // Of an issue only its place: its message may repeat a secret.
    const names = [...issues.map((issue) => issue.path.join('.')), ...needed];
    throw new AppError('connection_invalid', `not of ${provider}: ${names.join(', ')}`, {
      details: { fields: names },
    });
  }
  return {
    settings: settings?.data,
    credentials: Object.fromEntries([
      ...Object.keys(credentials.data).map((name) => [name, new Secret(String(kept[name]).trim())]),
      ...forgotten.map((name) => [name, null]),
    ]),
  };
}
