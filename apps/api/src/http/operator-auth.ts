import { createHash, timingSafeEqual } from 'node:crypto';
import { AppError } from '@zaphub/types';
import type { Request, Response } from 'express';
import type { RequestLimiter } from './rate-limit.ts';

/** Lets operators through, and nobody else. */
export interface OperatorGate {
  /**
   * @param options.isPage a browser is to ask the person for the token, as a password with any name
   * @throws AppError `not_found` where no token is configured, `unauthenticated`, `too_many_requests` for whoever
   *   guesses, `forbidden` for a change that another site's page asks a browser for
   */
  check(req: Request, res: Response, options?: { readonly isPage?: boolean }): Promise<void>;
}

/** @param token the operators' token; without one, nothing is there for anybody */
export function createOperatorGate(token: string | undefined, limiter: RequestLimiter): OperatorGate {
  const expected = token === undefined ? undefined : digest(token);
  return {
    async check(req, res, { isPage = false } = {}) {
      if (expected === undefined) throw new AppError('not_found', 'no operator token is configured');
      const given = readToken(req.headers.authorization ?? '', isPage);
      // Digests have one length, and comparing them takes one time.
      if (given === undefined || !timingSafeEqual(digest(given), expected)) {
        await limiter.count(req, res, undefined);
        res.setHeader('WWW-Authenticate', isPage ? 'Basic realm="ZapHub", charset="UTF-8"' : 'Bearer');
        throw new AppError('unauthenticated', 'not the operators’ token');
      }
      // A browser sends a password by itself, also when another site's page asks it to.
      if (isPage && !isSafe(req) && isCrossSite(req)) {
        throw new AppError('forbidden', 'a page of another site asked for this');
      }
    },
  };
}

function readToken(header: string, takesPassword: boolean): string | undefined {
  const [, bearer] = /^Bearer (.+)$/i.exec(header) ?? [];
  if (bearer !== undefined || !takesPassword) return bearer;
  const [, basic] = /^Basic (.+)$/i.exec(header) ?? [];
  if (basic === undefined) return undefined;
  const text = Buffer.from(basic, 'base64').toString('utf8');
  return text.includes(':') ? text.slice(text.indexOf(':') + 1) : undefined;
}

function isSafe({ method }: Request): boolean {
  return method === 'GET' || method === 'HEAD';
}

function isCrossSite({ headers }: Request): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  // An older browser; a program sends neither.
  const { origin, host } = headers;
  return origin !== undefined && URL.parse(origin)?.host !== host;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
