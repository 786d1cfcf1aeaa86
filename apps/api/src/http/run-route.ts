import type { TenantScope } from '@zaphub/db';
import type { AppDeps, CursorCodec, Route, SignedInUser } from '@zaphub/features';
import { AppError, fromPublicId } from '@zaphub/types';
import type { Request, RequestHandler, Response } from 'express';
import { chooseScope, requireRole } from '../auth/choose-scope.ts';
import type { Memberships } from '../auth/memberships.ts';
import type { TokenVerifier } from '../auth/verify-token.ts';
import type { RequestLimiter } from './rate-limit.ts';
import { readJsonBody } from './read-json-body.ts';
import { readQuery } from './read-query.ts';
import { requestInfo } from './request-info.ts';
import { invalidInput } from './to-app-error.ts';

/** What every route runs on. */
export interface RouteEngine {
  readonly app: AppDeps;
  readonly verifyToken: TokenVerifier;
  readonly memberships: Memberships;
  readonly limiter: RequestLimiter;
  readonly cursors: CursorCodec;
  /** Aborts when the server gives up waiting for requests. */
  readonly closing: AbortSignal;
}

interface Caller {
  user: SignedInUser | undefined;
  scope: TenantScope | undefined;
}

const maxJsonBytes = 100 * 1024;
const bodyTimeoutMs = 30_000;

/** Runs one route for one request, always in this order: limit, authenticate, parse, handle, present. */
export function runRoute(route: Route, engine: RouteEngine): RequestHandler {
  return async (req, res) => {
    const info = requestInfo(req);
    info.route = `${route.method} ${route.path}`;
    const { user, scope } = await identify(route, engine, req, res);
    info.userId = user?.userId;
    info.tenantId = scope?.tenantId;
    if (scope) requireRole(scope, route.role);

    const ids = readIds(route, req.params);
    const rawQuery = readQuery(req.originalUrl);
    const query = parseQuery(route, rawQuery);
    const body = await parseBody(route, req);

    const result = await route.handle({
      deps: engine.app,
      scope,
      user,
      ids,
      query,
      body,
      cursors: engine.cursors.bind([scope?.tenantId ?? '', info.route, ...filtersOf(rawQuery)]),
      req,
      res,
      signal: untilGone(res, engine.closing),
    });
    present(route, res, result);
  };
}

async function identify(route: Route, engine: RouteEngine, req: Request, res: Response): Promise<Caller> {
  let caller: Caller;
  try {
    caller = await authenticate(route, engine, req);
  } catch (error) {
    // Who fails to sign in is counted by address.
    await engine.limiter.count(req, res, undefined);
    throw error;
  }
  await engine.limiter.count(req, res, caller.scope?.tenantId);
  return caller;
}

async function authenticate(route: Route, engine: RouteEngine, req: Request): Promise<Caller> {
  if (route.auth === 'public') return { user: undefined, scope: undefined };
  const [, token] = /^Bearer ([\w-]+\.[\w-]+\.[\w-]*)$/i.exec(req.headers.authorization ?? '') ?? [];
  if (token === undefined) throw new AppError('unauthenticated', 'no bearer token');
  const user = await engine.verifyToken(token);
  if (route.auth === 'user') return { user, scope: undefined };
  const header = req.headers['x-tenant-id'];
  const scope = await chooseScope(engine.memberships, user, Array.isArray(header) ? header[0] : header);
  return { user, scope };
}

function readIds(route: Route, params: Request['params']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(route.ids).map(([name, kind]) => {
      const given = params[name];
      const uuid = typeof given === 'string' ? fromPublicId(kind, given) : undefined;
      if (uuid === undefined) throw new AppError('not_found', `malformed ${kind} id`);
      return [name, uuid];
    }),
  );
}

function parseQuery(route: Route, raw: Record<string, string>): unknown {
  if (!route.query) {
    if (Object.keys(raw).length > 0) throw new AppError('bad_request', 'the route takes no parameters');
    return undefined;
  }
  const parsed = route.query.safeParse({ ...raw });
  if (!parsed.success) throw invalidInput('bad_request', parsed.error);
  return parsed.data;
}

async function parseBody(route: Route, req: Request): Promise<unknown> {
  if (route.body === 'raw') {
    surviveRefusal(req);
    return undefined;
  }
  const body = await readJsonBody(req, { maxBytes: maxJsonBytes, timeoutMs: bodyTimeoutMs });
  if (!route.body) {
    // An empty object is what many clients send when there is nothing to say.
    if (body === undefined || isEmptyObject(body)) return undefined;
    throw new AppError('invalid_body', 'the route takes no body');
  }
  const parsed = route.body.safeParse(body);
  if (!parsed.success) throw invalidInput('invalid_body', parsed.error);
  return parsed.data;
}

/** A handler that stops reading in the middle would cut the connection, and the caller would never learn why. */
function surviveRefusal(req: Request): void {
  req[Symbol.asyncIterator] = () => req.iterator({ destroyOnReturn: false });
}

function isEmptyObject(body: unknown): boolean {
  return typeof body === 'object' && body !== null && !Array.isArray(body) && Object.keys(body).length === 0;
}

/** A cursor belongs to the filters it was made under; the page size may change. */
function filtersOf(query: Record<string, string>): string[] {
  return Object.entries(query)
    .filter(([name]) => name !== 'cursor' && name !== 'limit')
    .map(([name, value]) => `${name}=${value}`)
    .sort();
}

function untilGone(res: Response, closing: AbortSignal): AbortSignal {
  const gone = new AbortController();
  res.once('close', () => gone.abort(new AppError('unavailable', 'the client has gone')));
  return AbortSignal.any([gone.signal, closing]);
}

function present(route: Route, res: Response, result: unknown): void {
  if (route.reply === 'stream' || res.destroyed) return;
  res.statusCode = route.status;
  if (route.reply === 'none') {
    res.end();
    return;
  }
  const parsed = route.reply.safeParse(result);
  if (!parsed.success) {
    throw new AppError('internal', `the reply does not fit its schema: ${parsed.error.message}`);
  }
  const text = JSON.stringify(parsed.data);
  res.setHeader('Content-Type', 'application/json; charset=utf-8');
  res.setHeader('Content-Length', Buffer.byteLength(text));
  res.end(text);
}
