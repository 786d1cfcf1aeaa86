import {
  type ClientRequest,
  Agent as HttpAgent,
  type IncomingMessage,
  request as httpRequest,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '@zaphub/types';
import type { Request, RequestHandler, Response } from 'express';
import type { RequestLimiter } from './rate-limit.ts';
import { requestInfo } from './request-info.ts';

/** Forwards Supabase's Auth and Data API, so that the browser knows one origin. Closed by `close`. */
export interface SupabaseProxy {
  readonly handler: RequestHandler;
  close(): void;
}

const prefixes = ['/auth/v1/', '/rest/v1/'];
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
/** What this proxy says itself, whatever a caller claims. */
const isOurs = /^(x-forwarded-|forwarded$|x-real-ip$|x-powered-by$)/;
const idleTimeoutMs = 30_000;
/** Signing in takes a few hundred bytes and the Data API only reads: what is longer would fill the other end. */
const maxBodyBytes = 1024 * 1024;

/** The allowances of an address. */
export interface ProxyLimiters {
  readonly reading: RequestLimiter;
  /** For signing in, up and out: what a guesser of passwords would use. */
  readonly signingIn: RequestLimiter;
}

/** @param target where Supabase is: from the configuration only, no part of it comes from a request */
export function createSupabaseProxy(target: URL, limiters: ProxyLimiters): SupabaseProxy {
  const isHttps = target.protocol === 'https:';
  const agent = isHttps ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  const basePath = target.pathname.replace(/\/$/, '');

  const forward = (req: Request): ClientRequest =>
    (isHttps ? httpsRequest : httpRequest)({
      agent,
      protocol: target.protocol,
      hostname: target.hostname,
      port: target.port,
      method: req.method,
      path: basePath + req.originalUrl,
      headers: {
        ...endToEnd(req.headers),
        ...framingOf(req.headers),
        host: target.host,
        'x-forwarded-for': req.ip ?? '',
      },
      timeout: idleTimeoutMs,
    });

  return {
    handler: async (req, res, next) => {
      const prefix = prefixes.find((each) => req.path.startsWith(each));
      if (prefix === undefined) {
        next();
        return;
      }
      requestInfo(req).route = `proxy ${prefix}`;
      const isSigningIn =
        prefix === '/auth/v1/' && (req.method === 'POST' || req.path.startsWith('/auth/v1/verify'));
      await limiters[isSigningIn ? 'signingIn' : 'reading'].count(req, res, undefined);
      if (!req.originalUrl.startsWith('/') || hasDotSegment(req.path)) {
        throw new AppError('not_found', 'whole addresses and dot segments are not forwarded');
      }
      if (Number(req.headers['content-length']) > maxBodyBytes) throw tooLarge();
      await relay(forward(req), req, res);
    },
    close: () => agent.destroy(),
  };
}

async function relay(upstream: ClientRequest, req: Request, res: Response): Promise<void> {
  upstream.on('timeout', () => upstream.destroy(new Error('Supabase did not answer in time')));
  res.once('close', () => upstream.destroy());
  const reply = await new Promise<IncomingMessage>((resolve, reject) => {
    upstream.once('response', resolve);
    upstream.on('error', (error) =>
      reject(
        error instanceof AppError
          ? error
          : new AppError('unavailable', `Supabase cannot be reached: ${error.message}`, { cause: error }),
      ),
    );
    // The request survives the refusal of its body: who sent it is still to be answered.
    pipeline(req.iterator({ destroyOnReturn: false }), limitBody(), upstream).catch(reject);
  }).catch((error: unknown) => {
    if (res.destroyed) return undefined; // the caller left first
    throw error;
  });
  if (!reply) return;
  res.statusCode = reply.statusCode ?? 502;
  for (const [name, value] of Object.entries(endToEnd(reply.headers))) {
    if (value !== undefined && !name.startsWith('access-control-')) res.setHeader(name, value);
  }
  res.setHeader('Cache-Control', 'no-store');
  try {
    await pipeline(reply, res);
  } catch (error) {
    if (!res.destroyed) throw error;
  }
}

function limitBody(): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > maxBodyBytes) done(tooLarge());
      else done(undefined, chunk);
    },
  });
}

function tooLarge(): AppError {
  return new AppError('body_too_large', `more than ${maxBodyBytes} bytes`, {
    details: { max_bytes: maxBodyBytes },
  });
}

/** The headers that are meant for the other end, not for this hop. */
function endToEnd(headers: IncomingMessage['headers']): IncomingMessage['headers'] {
  const named = (headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase());
  return Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) => !hopByHop.has(name) && !named.includes(name) && !isOurs.test(name),
    ),
  );
}

/**
 * Where the body ends, said in so many words: without it Node writes the body of a GET or DELETE bare, and the other
 * end takes it for the next request. A caller's `Connection` header must not take it away either.
 */
function framingOf(headers: IncomingMessage['headers']): IncomingMessage['headers'] {
  if (headers['transfer-encoding'] !== undefined) return { 'transfer-encoding': 'chunked' };
  const length = headers['content-length'];
  return length === undefined ? {} : { 'content-length': length };
}

function hasDotSegment(path: string): boolean {
  return path.split(/[/\\]|%2f|%5c/i).some((segment) => /^(\.|%2e){1,2}$/i.test(segment));
}
