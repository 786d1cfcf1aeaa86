import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TenantScope } from '@zaphub/db';
import type { IdKind, Role } from '@zaphub/types';
import type { z } from 'zod';
import type { AppDeps } from './app-deps.ts';
import type { BoundCursors } from './cursor.ts';

/** Who may call: anybody, a signed-in person, or a member of the chosen tenant. */
export type RouteAuth = 'public' | 'user' | 'tenant';

/** What a route makes of a call without an `Idempotency-Key`. */
export type RouteIdempotency = 'accepted' | 'required' | 'own';

export type RouteMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** The signed-in person, as their token says. */
export interface SignedInUser {
  /** UUID. */
  readonly userId: string;
  readonly email: string;
  /** When the token stops being valid; what outlives a request must end then. */
  readonly expiresAt: Date;
}

/** The names after a colon in a path. */
export type PathParams<P extends string> = P extends `${string}:${infer Rest}`
  ? Rest extends `${infer Name}/${infer Tail}`
    ? Name | PathParams<`/${Tail}`>
    : Rest
  : never;

type Schema = z.ZodType;
type Output<S> = S extends z.ZodType ? z.output<S> : undefined;

/** What a handler receives. Everything in it is parsed, and belongs to the caller's scope or to nobody. */
export interface RouteContext<P extends string, A extends RouteAuth, Q, B> {
  readonly deps: AppDeps;
  /** The tenant that was chosen, and the caller's role there; only for `auth: 'tenant'`. */
  readonly scope: A extends 'tenant' ? TenantScope : undefined;
  readonly user: A extends 'public' ? undefined : SignedInUser;
  /** The path's ids as UUIDs. */
  readonly ids: { readonly [K in PathParams<P>]: string };
  readonly query: Output<Q>;
  /** The parsed body; `undefined` for `body: 'raw'`, which is read from `req`. */
  readonly body: Output<B>;
  /** Writes and reads this list's cursors: they fit this tenant, this route and these filters only. */
  readonly cursors: BoundCursors;
  /** The caller's `Idempotency-Key`; one of this request's own when there is none. */
  readonly idempotencyKey: string;
  readonly req: IncomingMessage;
  /** For `reply: 'stream'`; any other route returns its reply. */
  readonly res: ServerResponse;
  /** Aborts when the client has gone or the server is closing. */
  readonly signal: AbortSignal;
}

/** What a handler returns: what the reply schema accepts, or nothing. */
export type RouteReply<R> = R extends z.ZodType ? z.input<R> : void;

/** One route under `/api/v1`. Handlers read in this order: load, authorize, act, present. */
export interface RouteDefinition<
  P extends `/${string}`,
  A extends RouteAuth,
  Q extends Schema | undefined,
  B extends Schema | 'raw' | undefined,
  R extends Schema | 'stream' | 'none',
> {
  readonly method: RouteMethod;
  readonly path: P;
  readonly auth: A;
  /** The least role that may call; only for `auth: 'tenant'`. Default `viewer`. */
  readonly role?: A extends 'tenant' ? Role : never;
  /** The kind of each id in the path. A malformed id answers like an unknown one: 404. */
  readonly ids?: { readonly [K in PathParams<P>]: IdKind };
  /** Unknown keys are refused when it is a strict object. */
  readonly query?: Q;
  /** A JSON body's schema, or `'raw'` for a body that the handler reads from `req` itself. */
  readonly body?: B;
  /** The reply's schema (fields outside it are dropped), `'stream'` (the handler writes to `res`) or `'none'` (204). */
  readonly reply: R;
  /** Status of a plain success. Default 200, or 204 for `reply: 'none'`. */
  readonly status?: number;
  /**
   * Every POST of a tenant takes an `Idempotency-Key` and answers a repetition like the first time; `required` refuses
   * a call without one, and so does `own`, whose route sees to repetitions itself. Default `accepted`.
   */
  readonly idempotency?: RouteIdempotency;
  /**
   * Only for a GET of a tenant with a reply schema, whose callers of one role share what they ask for together: `false`
   * for one that looks at the caller or the request, or writes headers. Default `true`.
   */
  readonly isShared?: boolean;
  /** One line for the reference. */
  readonly summary: string;
  handle(context: RouteContext<P, A, Q, B>): Promise<RouteReply<R>>;
}

/** A route whose own types no longer matter, as the registry keeps it. */
export interface Route {
  readonly method: RouteMethod;
  readonly path: string;
  readonly auth: RouteAuth;
  readonly role: Role;
  readonly ids: Readonly<Record<string, IdKind>>;
  readonly query: Schema | undefined;
  readonly body: Schema | 'raw' | undefined;
  readonly reply: Schema | 'stream' | 'none';
  readonly status: number;
  readonly idempotency: RouteIdempotency;
  /** Callers of one tenant and role may get one answer: it does not depend on who asks. */
  readonly isShared: boolean;
  readonly summary: string;
  handle(context: AnyRouteContext): Promise<unknown>;
}

/** The context as the server builds it, before a route's own types are put on it. */
export interface AnyRouteContext {
  readonly deps: AppDeps;
  readonly scope: TenantScope | undefined;
  readonly user: SignedInUser | undefined;
  readonly ids: Readonly<Record<string, string>>;
  readonly query: unknown;
  readonly body: unknown;
  readonly cursors: BoundCursors;
  readonly idempotencyKey: string;
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly signal: AbortSignal;
}

/**
 * Declares a route: the only way to add one. The server does the rest in one order: limit, authenticate, parse,
 * then the handler.
 * @throws TypeError when a path parameter has no id kind
 */
export function defineRoute<
  const P extends `/${string}`,
  const A extends RouteAuth,
  R extends Schema | 'stream' | 'none',
  Q extends Schema | undefined = undefined,
  B extends Schema | 'raw' | undefined = undefined,
>(definition: RouteDefinition<P, A, Q, B, R>): Route {
  const ids: Readonly<Record<string, IdKind>> = definition.ids ?? {};
  for (const [, name] of definition.path.matchAll(/:([A-Za-z_]+)/g)) {
    if (name !== undefined && !Object.hasOwn(ids, name)) {
      throw new TypeError(`${definition.method} ${definition.path}: what kind of id is :${name}?`);
    }
  }
  return {
    method: definition.method,
    path: definition.path,
    auth: definition.auth,
    role: definition.role ?? 'viewer',
    ids,
    query: definition.query,
    body: definition.body,
    reply: definition.reply,
    status: definition.status ?? (definition.reply === 'none' ? 204 : 200),
    idempotency: definition.idempotency ?? 'accepted',
    isShared:
      definition.method === 'GET' &&
      definition.auth === 'tenant' &&
      typeof definition.reply !== 'string' &&
      (definition.isShared ?? true),
    summary: definition.summary,
    // The server parsed query and body with this definition's own schemas and built scope and user by its `auth`.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as the line above says
    handle: (context) => definition.handle(context as RouteContext<P, A, Q, B>),
  };
}
