import { createHash, timingSafeEqual } from 'node:crypto';
import { AppError } from '@zaphub/types';
import type { Request, RequestHandler, Response } from 'express';
import { type MetricSources, metricsText } from '../health/metrics-text.ts';
import type { RequestLimiter } from './rate-limit.ts';
import { requestInfo } from './request-info.ts';

/** What operators may ask, and what opens it. */
export interface OperatorParts extends MetricSources {
  /** Without one, nothing is there for anybody. */
  readonly token: string | undefined;
}

interface Answer {
  readonly type: string;
  readonly text: string;
}

/**
 * `/api/v1/admin/stats` (what this process has counted and how many tasks there are) and `/metrics` (the same for
 * Prometheus), for whoever sends the operators' token as `Authorization: Bearer`. Wrong ones are counted by address.
 */
export function operatorEndpoints(parts: OperatorParts, limiter: RequestLimiter): RequestHandler {
  const endpoints: Readonly<Record<string, () => Promise<Answer>>> = {
    '/api/v1/admin/stats': async () => ({
      type: 'application/json; charset=utf-8',
      text: JSON.stringify({
        metrics: parts.stats.getMetrics(),
        queue: (await parts.stats.getQueueStats()) ?? null,
        event_streams: parts.hub.size(),
        uptime_seconds: Math.round(process.uptime()),
      }),
    }),
    '/metrics': () => metricsText(parts),
  };
  const expected = parts.token === undefined ? undefined : digest(parts.token);
  return async (req, res, next) => {
    const endpoint = Object.hasOwn(endpoints, req.path) ? endpoints[req.path] : undefined;
    if (!endpoint) {
      next();
      return;
    }
    requestInfo(req).route = req.path;
    if (expected === undefined) throw new AppError('not_found', 'no operator token is configured');
    await refuseStrangers(req, res, { expected, limiter });
    if (req.method !== 'GET' && req.method !== 'HEAD') {
      res.setHeader('Allow', 'GET, HEAD');
      throw new AppError('method_not_allowed', `${req.method} ${req.path}`);
    }
    const { type, text } = await endpoint();
    res.statusCode = 200;
    res.setHeader('Content-Type', type);
    res.setHeader('Cache-Control', 'no-store');
    res.setHeader('Content-Length', Buffer.byteLength(text));
    res.end(text);
  };
}

async function refuseStrangers(
  req: Request,
  res: Response,
  { expected, limiter }: { expected: Buffer; limiter: RequestLimiter },
): Promise<void> {
  const [, given] = /^Bearer (.+)$/i.exec(req.headers.authorization ?? '') ?? [];
  // Digests have one length, and comparing them takes one time.
  if (given !== undefined && timingSafeEqual(digest(given), expected)) return;
  await limiter.count(req, res, undefined);
  res.setHeader('WWW-Authenticate', 'Bearer');
  throw new AppError('unauthenticated', 'not the operators’ token');
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
