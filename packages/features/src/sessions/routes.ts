import type { TenantScope, Tx } from '@zaphub/db';
import {
  AppError,
  connectInput,
  connection,
  connectionCode,
  connectionHealth,
  toPublicId,
} from '@zaphub/types';
import { audit } from '../audit/index.ts';
import { findConnection, presentConnection } from '../connections/index.ts';
import { openSecret } from '../credentials/index.ts';
import { healthRules, readHealth } from '../number-health/index.ts';
import { type AppDeps, defineRoute } from '../routing/index.ts';
import type { Route } from '../routing/index.ts';
import { connectSession } from './actions/connect-session.ts';
import { disconnectSession } from './actions/disconnect-session.ts';
import { findCode, findHealth, listHistory } from './queries.ts';
import { codeName } from './session-record.ts';

const ids = { connection_id: 'connection' } as const;

/** `/connections/:id/…`: opening and closing a number's session, its code and its health. */
export const sessionRoutes: readonly Route[] = [
  defineRoute({
    method: 'POST',
    path: '/connections/:connection_id/connect',
    auth: 'tenant',
    role: 'operator',
    ids,
    body: connectInput,
    reply: connection,
    status: 202,
    summary: 'Connects a number; a code to scan or to type comes as an event. Again, it changes nothing.',
    handle: ({ deps, scope, ids, body }) =>
      change(deps, scope, ids.connection_id, 'connections.connect', (tx, connectionId) =>
        connectSession(tx, scope, {
          connectionId,
          pairingPhone: body.pairing_phone,
          allowed: deps.providers,
        }),
      ),
  }),
  defineRoute({
    method: 'POST',
    path: '/connections/:connection_id/disconnect',
    auth: 'tenant',
    role: 'operator',
    ids,
    reply: connection,
    status: 202,
    summary: 'Disconnects a number and keeps its login; nothing is sent on it. Again, it changes nothing.',
    handle: ({ deps, scope, ids }) =>
      change(deps, scope, ids.connection_id, 'connections.disconnect', (tx, connectionId) =>
        disconnectSession(tx, scope, { connectionId }),
      ),
  }),
  defineRoute({
    method: 'GET',
    path: '/connections/:connection_id/code',
    auth: 'tenant',
    role: 'operator',
    ids,
    reply: connectionCode,
    isShared: false,
    summary: 'The code to scan or to type now; 404 when there is none. It lives for seconds: never cache it.',
    handle: async ({ deps, scope, ids, res }) => {
      const row = await deps.db.tenant(scope, (tx) => findCode(scope, tx, ids.connection_id));
      if (!row) throw new AppError('not_found', 'there is no code now');
      const context = { tenantId: scope.tenantId, connectionId: ids.connection_id, name: codeName };
      const code = openSecret(deps.credentials, row.sealed, context).toString('utf8');
      res.setHeader('cache-control', 'no-store');
      return { kind: row.kind, code, expires_at: row.expires_at.toISOString() };
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/connections/:connection_id/health',
    auth: 'tenant',
    ids,
    reply: connectionHealth,
    summary: 'How a connection is: its last round trip, its next try, and what happened to it.',
    handle: async ({ deps, scope, ids }) => {
      const [health, history, sending] = await deps.db.read(scope, async (tx) => [
        await findHealth(scope, tx, ids.connection_id),
        await listHistory(scope, tx, ids.connection_id),
        await readHealth(tx, scope, ids.connection_id),
      ]);
      if (!health || !sending) throw new AppError('not_found', 'no such connection');
      const iso = (at: Date | null): string | null => at?.toISOString() ?? null;
      return {
        status: health.status,
        status_cause: health.status_cause,
        status_at: health.status_at.toISOString(),
        answered_at: iso(health.answered_at),
        ping_ms: health.ping_ms,
        missed_pings: health.missed_pings ?? 0,
        connected_at: iso(health.connected_at),
        next_attempt_at: iso(health.next_attempt_at),
        attempts: health.attempts ?? 0,
        slowed:
          health.slow_share01 === null || health.slowed_at === null
            ? null
            : {
                cause: health.slow_cause ?? 'throttled',
                share01: health.slow_share01,
                at: health.slowed_at.toISOString(),
              },
        is_held: health.is_held,
        sending: {
          state: sending.state,
          score: sending.score,
          cause: sending.cause,
          pace_share01: sending.paceShare01,
          since: iso(sending.since),
          last_hour: sending.hour,
          last_week: sending.week,
          unanswered_limit: sending.unansweredLimit,
          rules: {
            least_messages: healthRules.leastMessages,
            least_blocks: healthRules.leastBlocks,
            slowed: healthRules.slow,
            stopped: healthRules.stop,
            replied: {
              least_messages: healthRules.replied.leastMessages,
              share01: healthRules.replied.share01,
            },
          },
        },
        events: history.map(({ created_at, ...event }) => ({ ...event, at: created_at.toISOString() })),
      };
    },
  }),
];

/** Changes what is wanted of a number and answers the connection as it is then. */
async function change(
  deps: AppDeps,
  scope: TenantScope,
  connectionId: string,
  action: string,
  act: (tx: Tx, connectionId: string) => Promise<void>,
): Promise<ReturnType<typeof presentConnection>> {
  const row = await deps.db.tenant(scope, async (tx) => {
    await act(tx, connectionId);
    await audit(tx, scope, { action, subject: toPublicId('connection', connectionId) });
    return findConnection(scope, tx, connectionId);
  });
  if (!row) throw new AppError('not_found', 'no such connection');
  return presentConnection(row);
}
