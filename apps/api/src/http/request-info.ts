import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** What the middlewares of one request tell each other. */
export interface RequestInfo {
  readonly id: string;
  /** `performance.now()` when it came in. */
  readonly startedAt: number;
  /** The route's pattern, once known; what is logged instead of the address. */
  route: string | undefined;
  tenantId: string | undefined;
  userId: string | undefined;
}

const infos = new WeakMap<IncomingMessage, RequestInfo>();
const idPattern = /^[A-Za-z0-9._-]{8,64}$/;

/** The request's own notes; made at the first call. A caller's `X-Request-Id` is kept when it is well formed. */
export function requestInfo(req: IncomingMessage): RequestInfo {
  const known = infos.get(req);
  if (known) return known;
  const given = req.headers['x-request-id'];
  const info: RequestInfo = {
    id: typeof given === 'string' && idPattern.test(given) ? given : `req_${randomUUID()}`,
    startedAt: performance.now(),
    route: undefined,
    tenantId: undefined,
    userId: undefined,
  };
  infos.set(req, info);
  return info;
}
