import type { RequestHandler } from 'express';
import type { Stats } from '@zaphub/kernel';
import type { Logger } from '@zaphub/telemetry';
import { requestInfo } from './request-info.ts';

/**
 * Gives each request its id, in the reply and in one log line when it is over. Addresses are logged as patterns, under
 * which the time that requests took is counted too; streams, which last as long as somebody listens, are not.
 */
export function logRequests(logger: Logger, stats: Pick<Stats, 'timing'>): RequestHandler {
  return (req, res, next) => {
    const info = requestInfo(req);
    res.setHeader('X-Request-Id', info.id);
    res.once('close', () => {
      const tookMs = performance.now() - info.startedAt;
      if (info.route !== 'GET /events') stats.timing(`http.${info.route ?? 'none'}`, tookMs);
      const fields = {
        request_id: info.id,
        method: req.method,
        route: info.route ?? 'none',
        status: res.statusCode,
        ms: Math.round(tookMs),
        tenant_id: info.tenantId,
        user_id: info.userId,
        ...(res.writableFinished ? {} : { aborted: true }),
      };
      if (res.statusCode >= 500) logger.warn('request', fields);
      else logger.info('request', fields);
    });
    next();
  };
}
