import { AppError } from '@zaphub/types';
import type { Request, RequestHandler, Response } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';

/** Counts a request against the caller's allowance. @throws AppError `too_many_requests` */
export interface RequestLimiter {
  count(req: Request, res: Response, tenantId: string | undefined): Promise<void>;
}

/** A minute's allowance for each tenant, and for each address where there is no tenant (IPv6 by /56). */
export function createRequestLimiter(options: { perMinute: number; name: string }): RequestLimiter {
  const tenants = new WeakMap<object, string>();
  const limiter: RequestHandler = rateLimit({
    windowMs: 60_000,
    limit: options.perMinute,
    identifier: options.name,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    keyGenerator: (req) => {
      const tenantId = tenants.get(req);
      return tenantId === undefined ? `ip:${ipKeyGenerator(req.ip ?? '', 56)}` : `tenant:${tenantId}`;
    },
    handler: (_req, res, next) => {
      const seconds = Number(res.getHeader('Retry-After')) || 60;
      const details = { retry_after: seconds };
      next(new AppError('too_many_requests', 'the allowance of this minute is used up', { details }));
    },
  });
  return {
    count: (req, res, tenantId) =>
      new Promise((resolve, reject) => {
        if (tenantId !== undefined) tenants.set(req, tenantId);
        // Express lets `next` carry anything; ours and the limiter's are errors.
        void limiter(req, res, (error?: unknown) => (error === undefined ? resolve() : reject(error)));
      }),
  };
}
