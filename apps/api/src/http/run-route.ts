import type { AnyRouteContext, AppDeps, CursorCodec, KeptAnswer, Route } from '@zaphub/features';
import type { ContextBuilder } from '@zaphub/kernel';
import { AppError, type Plan } from '@zaphub/types';
import type { Request, RequestHandler, Response } from 'express';
import { requireRole } from '../auth/choose-scope.ts';
import type { ApiContext, ApiRequest } from '../context/api-request.ts';
import { answerOnce, readRequestKey } from './answer-once.ts';
import type { RequestLimiter } from './rate-limit.ts';
import { readQuery } from './read-query.ts';
import { requestInfo } from './request-info.ts';
import { contextOfMany, contextOfOne } from './route-context.ts';
import { filtersOf, parseBody, parseQuery, readBody, readIds } from './route-input.ts';
import type { SharedReads } from './shared-reads.ts';

/** What every route runs on. */
export interface RouteEngine {
  readonly app: AppDeps;
  readonly contexts: ContextBuilder<ApiRequest, ApiContext>;
  readonly limiter: RequestLimiter;
  /** Requests a minute that each plan allows a tenant. */
  readonly perMinute: Readonly<Record<Plan, number>>;
  readonly cursors: CursorCodec;
  /** Reads that callers of one tenant and role ask for together. */
  readonly reads: SharedReads;
  /** Aborts when the server gives up waiting for requests. */
  readonly closing: AbortSignal;
}

declare global {
  // Express is extended by its own namespace.
  namespace Express {
    interface Request {
      /** Who is calling, once that is known: before a route's handler runs. */
      context?: ApiContext;
    }
  }
}

/**
 * Runs one route for one request. Its body arrives while it is found out who is calling; then always in this order:
 * limit, authorize, parse, handle, present.
 */
export function runRoute(route: Route, engine: RouteEngine): RequestHandler {
  return async (req, res) => {
    const info = requestInfo(req);
    info.route = `${route.method} ${route.path}`;
    // What is wrong with it is told below, and only to somebody who may call.
    const arriving = readBody(route, req);
    try {
      req.context = await identify(route, engine, req, res);
      const { auth: user, tenant: scope } = req.context;
      info.userId = user?.userId;
      info.tenantId = scope?.tenantId;
      if (scope) requireRole(scope, route.role);

      const ids = readIds(route, req.params);
      const rawQuery = readQuery(req.originalUrl);
      const query = parseQuery(route, rawQuery);
      const body = parseBody(route, await arriving.value);
      const key = readRequestKey(route, req);
      const cursors = engine.cursors.bind([scope?.tenantId ?? '', info.route, ...filtersOf(rawQuery)]);
      const input = { deps: engine.app, scope, ids, query, body, cursors, idempotencyKey: key.key };
      const handle = async (context: AnyRouteContext): Promise<KeptAnswer> =>
        present(route, await route.handle(context));
      const work = (): Promise<KeptAnswer> =>
        route.isShared && scope
          ? engine.reads.run(`${scope.tenantId} ${scope.role} ${req.originalUrl}`, () =>
              handle(contextOfMany(input, engine.closing)),
            )
          : handle(contextOfOne(input, { user, req, res }, engine.closing));
      const { answer, isRepeated } = await answerOnce(
        engine.app.db,
        key,
        { route, scope, ids, query, body, req },
        work,
      );
      if (isRepeated) res.setHeader('Idempotency-Replayed', 'true');
      if (route.reply !== 'stream') send(res, answer);
    } finally {
      arriving.giveUp();
    }
  };
}

async function identify(route: Route, engine: RouteEngine, req: Request, res: Response): Promise<ApiContext> {
  let context: ApiContext;
  try {
    context = await engine.contexts.build({ route, headers: req.headers });
  } catch (error) {
    // Who fails to sign in is counted by address.
    await engine.limiter.count(req, res, undefined);
    throw error;
  }
  const { tenant, plan } = context;
  const allowance = tenant && { tenantId: tenant.tenantId, perMinute: engine.perMinute[plan] };
  await engine.limiter.count(req, res, allowance);
  return context;
}

/** The answer of a route in its contract's words; empty for one that writes it itself or says nothing. */
function present(route: Route, result: unknown): KeptAnswer {
  if (route.reply === 'stream' || route.reply === 'none') return { status: route.status, body: '' };
  const parsed = route.reply.safeParse(result);
  if (!parsed.success) {
    throw new AppError('internal', `the reply does not fit its schema: ${parsed.error.message}`);
  }
  return { status: route.status, body: JSON.stringify(parsed.data) };
}

function send(res: Response, { status, body }: KeptAnswer): void {
  if (res.destroyed) return;
  res.statusCode = status;
  if (body === '') {
    res.end();
    return;
  }
  res.setHeader('Content-Type', 'application/json; charset=utf-8');
  res.setHeader('Content-Length', Buffer.byteLength(body));
  res.end(body);
}
