import { AppError } from '@zaphub/types';
import type { Request, RequestHandler, Response } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';

/** Whose allowance a request uses up, and how much that is a minute. */
export interface TenantAllowance {
  readonly tenantId: string;
  readonly perMinute: number;
}

/** Counts a request against the caller's allowance. @throws AppError `too_many_requests` */
export interface RequestLimiter {
  count(req: Request, res: Response, tenant: TenantAllowance | undefined): Promise<void>;
}

/** A minute's allowance for each tenant, and `perMinute` for each address where there is no tenant (IPv6 by /56). */
export function createRequestLimiter(options: { perMinute: number; name: string }): RequestLimiter {
  const tenants = new WeakMap<object, TenantAllowance>();
  const limiter: RequestHandler = rateLimit({
    windowMs: 60_000,
    limit: (req) => tenants.get(req)?.perMinute ?? options.perMinute,
    identifier: options.name,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    keyGenerator: (req) => {
      const tenant = tenants.get(req);
      return tenant === undefined ? `ip:${ipKeyGenerator(req.ip ?? '', 56)}` : `tenant:${tenant.tenantId}`;
    },
    handler: (_req, res, next) => {
      const seconds = Number(res.getHeader('Retry-After')) || 60;
      const details = { retry_after: seconds };
      next(new AppError('too_many_requests', 'the allowance of this minute is used up', { details }));
    },
  });
  return {
    count: (req, res, tenant) =>
      new Promise((resolve, reject) => {
        if (tenant !== undefined) tenants.set(req, tenant);
        // Express lets `next` carry anything; ours and the limiter's are errors.
        void limiter(req, res, (error?: unknown) => (error === undefined ? resolve() : reject(error)));
      }),
  };
}
