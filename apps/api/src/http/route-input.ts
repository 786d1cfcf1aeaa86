import type { Route } from '@zaphub/features';
import { AppError, fromPublicId } from '@zaphub/types';
import type { Request } from 'express';
import { hasBody, readJsonBody } from './read-json-body.ts';
import { invalidInput } from './to-app-error.ts';

const maxJsonBytes = 100 * 1024;
const bodyTimeoutMs = 10_000;

/** The ids of a path as UUIDs. @throws AppError `not_found` for a malformed one: it is nobody's */
export function readIds(route: Route, params: Request['params']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(route.ids).map(([name, kind]) => {
      const given = params[name];
      const uuid = typeof given === 'string' ? fromPublicId(kind, given) : undefined;
      if (uuid === undefined) throw new AppError('not_found', `malformed ${kind} id`);
      return [name, uuid];
    }),
  );
}

/** The parameters as a route wants them. @throws AppError `bad_request` */
export function parseQuery(route: Route, raw: Record<string, string>): unknown {
  if (!route.query) {
    if (Object.keys(raw).length > 0) throw new AppError('bad_request', 'the route takes no parameters');
    return undefined;
  }
  const parsed = route.query.safeParse({ ...raw });
  if (!parsed.success) throw invalidInput('bad_request', parsed.error);
  return parsed.data;
}

/** A body on its way. */
export interface ArrivingBody {
  /** `undefined` when there is none, or when the route reads it itself. What is wrong with it waits to be asked for. */
  readonly value: Promise<unknown> | undefined;
  /** Stops the reading, and the rest runs into nothing; does nothing once it is there. */
  giveUp(): void;
}

const noBody: ArrivingBody = { value: undefined, giveUp: () => undefined };

/** Begins to read a JSON body, if there is one. */
export function readBody(route: Route, req: Request): ArrivingBody {
  if (route.body === 'raw') {
    surviveRefusal(req);
    return noBody;
  }
  if (!hasBody(req)) return noBody;
  const reading = new AbortController();
  const options = { maxBytes: maxJsonBytes, timeoutMs: bodyTimeoutMs, signal: reading.signal };
  let isOver = false;
  const over = (): void => void (isOver = true);
  const value = readJsonBody(req, options);
  value.then(over, over);
  return {
    value,
    giveUp() {
      if (isOver) return;
      reading.abort(new AppError('bad_request', 'the request was refused before its body had arrived'));
    },
  };
}

/** A body as a route wants it. @throws AppError `invalid_body` */
export function parseBody(route: Route, body: unknown): unknown {
  if (route.body === 'raw') return undefined;
  if (!route.body) {
    // An empty object is what many clients send when there is nothing to say.
    if (body === undefined || isEmptyObject(body)) return undefined;
    throw new AppError('invalid_body', 'the route takes no body');
  }
  const parsed = route.body.safeParse(body);
  if (!parsed.success) throw invalidInput('invalid_body', parsed.error);
  return parsed.data;
}

/** A cursor belongs to the filters it was made under; the page size may change. */
export function filtersOf(query: Record<string, string>): string[] {
  return Object.entries(query)
    .filter(([name]) => name !== 'cursor' && name !== 'limit')
    .map(([name, value]) => `${name}=${value}`)
    .sort();
}

/** A handler that stops reading in the middle would cut the connection, and the caller would never learn why. */
function surviveRefusal(req: Request): void {
  req[Symbol.asyncIterator] = () => req.iterator({ destroyOnReturn: false });
}

function isEmptyObject(body: unknown): boolean {
  return typeof body === 'object' && body !== null && !Array.isArray(body) && Object.keys(body).length === 0;
}
