import { randomBytes } from 'node:crypto';
import type { Database, TenantScope } from '@zaphub/db';
import { Secret } from '@zaphub/providers';
import { AppError, type ConnectionInput, type ConnectionProvider, toPublicId } from '@zaphub/types';
import { audit } from '../../audit/index.ts';
import { type KeyRing, writeCredentials } from '../../credentials/index.ts';
import { recordConnectionEvent } from '../connection-log.ts';
import { type ConnectionDetailRow, findConnectionDetail } from '../queries.ts';
import { sessionPlaces } from '../session-places.ts';

export interface CreateConnectionDeps {
  readonly db: Database;
  readonly credentials: KeyRing;
  /** Kinds of connection that are switched on here. */
  readonly providers: ReadonlySet<ConnectionProvider>;
}

/**
 * Adds a number with its lane, and seals what it keeps secret. One that must log in is `created` and waits to be
 * connected; any other can send at once.
 * @throws AppError `provider_off`, `terms_not_accepted`, `credentials_locked`
 */
export async function createConnection(
  deps: CreateConnectionDeps,
  scope: TenantScope,
  input: ConnectionInput,
): Promise<ConnectionDetailRow> {
  const { provider } = input;
  if (!deps.providers.has(provider)) throw new AppError('provider_off', `${provider} is switched off`);
  const hasAccepted = input.provider === 'baileys' && input.accept_terms === true;
  if (provider === 'baileys' && !hasAccepted) {
    throw new AppError('terms_not_accepted', 'the warning about the terms was not accepted');
  }
  const isPlayed = input.provider === 'simulator' && input.logs_in === true;
  const place = isPlayed ? 'gateway' : sessionPlaces[provider];
  return deps.db.tenant(scope, async (tx) => {
    const { id } = await tx.one<{ id: string }>(
      `insert into connections
         (tenant_id, name, provider, status, settings, rate_per_second, terms_accepted_at, terms_accepted_by)
       values ($1, $2, $3, $4, $5, $6, case when $7 then clock_timestamp() end, $8) returning id`,
      [
        scope.tenantId,
        input.name,
        provider,
        place === undefined ? 'connected' : 'created',
        JSON.stringify('settings' in input ? input.settings : {}),
        input.rate_per_second ?? null,
        hasAccepted,
        hasAccepted && scope.actor.kind === 'user' ? scope.actor.userId : null,
      ],
    );
    await tx.run('insert into lanes (connection_id, tenant_id) values ($1, $2)', [id, scope.tenantId]);
    if (place !== undefined) {
      await tx.run('insert into connection_sessions (connection_id, tenant_id, place) values ($1, $2, $3)', [
        id,
        scope.tenantId,
        place,
      ]);
    }
    await writeCredentials(tx, deps.credentials, scope, { connectionId: id, values: secretsOf(input) });
    await audit(tx, scope, {
      action: 'connections.create',
      subject: toPublicId('connection', id),
      details: { provider, name: input.name, accepted_terms: hasAccepted },
    });
    await recordConnectionEvent(tx, scope, { connectionId: id, type: 'connection.created' });
    const row = await findConnectionDetail(scope, tx, id);
    if (row === undefined) throw new AppError('internal', 'a connection is gone as soon as it was made');
    return row;
  });
}

function secretsOf(input: ConnectionInput): Record<string, Secret> {
  const given = 'credentials' in input ? (input.credentials ?? {}) : {};
  // Without a key no webhook of a gateway is believed; its session sets the key there, so nobody has to know it.
  if (input.provider === 'wuzapi' && input.credentials.hmac_key === undefined) {
    return secretsOf({
      ...input,
      credentials: { ...input.credentials, hmac_key: randomBytes(32).toString('hex') },
    });
  }
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, new Secret(value)]],
    ),
  );
}
