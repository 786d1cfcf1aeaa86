import { AppError } from '@zaphub/types';
import type { RequestHandler } from 'express';
import { type MetricSources, metricsText } from '../health/metrics-text.ts';
import type { OperatorGate } from './operator-auth.ts';
import type { QueueAccess } from './queue-endpoints.ts';
import { requestInfo } from './request-info.ts';

/** What operators may ask, and what opens it. */
export interface OperatorParts extends MetricSources {
  /** Opens it. Without one, nothing is there for anybody. */
  readonly token: string | undefined;
  /** The way to the queues; `undefined` where this process was given none. */
  readonly queues: QueueAccess | undefined;
}

interface Answer {
  readonly type: string;
  readonly text: string;
}

/**
 * `/api/v1/admin/stats` (what this process has counted and how many tasks there are) and `/metrics` (the same for
 * Prometheus), for whoever sends the operators' token as `Authorization: Bearer`. Wrong ones are counted by address.
 */
export function operatorEndpoints(parts: OperatorParts, gate: OperatorGate): RequestHandler {
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
  return async (req, res, next) => {
    const endpoint = Object.hasOwn(endpoints, req.path) ? endpoints[req.path] : undefined;
    if (!endpoint) {
      next();
      return;
    }
    requestInfo(req).route = req.path;
    await gate.check(req, res);
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
