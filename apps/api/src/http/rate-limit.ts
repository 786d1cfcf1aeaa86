import type { RedisAdapter } from '@zaphub/redis';
import type { Logger } from '@zaphub/telemetry';
import { AppError } from '@zaphub/types';
import type { Request, RequestHandler, Response } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import { createSharedHits } from './shared-hits.ts';

/** Whose allowance a request uses up, and how much that is a minute. */
export interface TenantAllowance {
  readonly tenantId: string;
  readonly perMinute: number;
}

/** Counts a request against the caller's allowance. @throws AppError `too_many_requests` */
export interface RequestLimiter {
  count(req: Request, res: Response, tenant: TenantAllowance | undefined): Promise<void>;
}

/** Settings of {@link createRequestLimiter}. */
export interface RequestLimiterOptions {
  /** Of one address. */
  readonly perMinute: number;
  /** Unlike every other limiter's; shown in the headers and part of the keys in Redis. */
  readonly name: string;
}

/** Where instances count together; absent, each counts in its own memory. */
export interface RequestLimiterDeps {
  readonly redis?: RedisAdapter | undefined;
  readonly logger: Logger;
}

/**
 * A minute's allowance for each tenant, and `perMinute` for each address where there is no tenant (IPv6 by /56). It
 * is one allowance for all instances that share a Redis; while that is away, one for each instance.
 */
export function createRequestLimiter(
  { redis, logger }: RequestLimiterDeps,
  options: RequestLimiterOptions,
): RequestLimiter {
  const tenants = new WeakMap<object, TenantAllowance>();
  const onAlone = (error: unknown): void =>
    logger.debug('requests are counted by this process alone', { limiter: options.name, error });
  const store =
    redis === undefined
      ? {}
      : { store: createSharedHits(redis, { prefix: `zaphub:limits:${options.name}:`, onAlone }) };
  const limiter: RequestHandler = rateLimit({
    ...store,
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
