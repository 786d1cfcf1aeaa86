import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Database, TenantScope } from '@zaphub/db';
import { AppError } from '@zaphub/types';
import { createCursorCodec } from './routing/index.ts';
import type { AppDeps, Route } from './routing/index.ts';

/** What a test sends to a route; ids are UUIDs, as the server hands them over. */
export interface RouteCall {
  ids?: Record<string, string>;
  query?: Record<string, string>;
  body?: unknown;
  /** A key of its own when absent. */
  idempotencyKey?: string;
  /** For routes that write their reply themselves. */
  res?: ServerResponse;
}

const cursors = createCursorCodec(Buffer.alloc(32, 7));

/**
 * For tests: parses query and body by the route's schemas, runs its handler as the tenant, and parses the reply
 * by its contract. Everything below HTTP, without a server.
 */
export async function callRoute<T = unknown>(
  routes: readonly Route[],
  line: string,
  as: { db: Database; scope: TenantScope; deps?: Partial<AppDeps> },
  call: RouteCall = {},
): Promise<T> {
  const route = routes.find((each) => `${each.method} ${each.path}` === line);
  if (!route) throw new TypeError(`no route ${line}`);
  const query = parse(route.query, call.query ?? {});
  const reply = await route.handle({
    // Only what the routes under test use exists here: they fail loudly on the rest.
    deps: { db: as.db, ...as.deps } as AppDeps,
    scope: as.scope,
    user: undefined,
    ids: call.ids ?? {},
    query,
    body: route.body === 'raw' ? undefined : parse(route.body, call.body),
    cursors: cursors.bind([as.scope.tenantId, line]),
    idempotencyKey: call.idempotencyKey ?? randomUUID(),
    req: undefined as never,
    res: call.res ?? (undefined as never),
    signal: new AbortController().signal,
  });
  const parsed = typeof route.reply === 'string' ? reply : route.reply.parse(reply);
  // The caller names the type of the route's own reply schema.
  return parsed as T;
}

function parse(schema: Route['query'], value: unknown): unknown {
  if (!schema) return undefined;
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new AppError('invalid_body', parsed.error.message);
  return parsed.data;
}
