import type { IncomingMessage, ServerResponse } from 'node:http';
import type { WebhookAnswer, WebhookRequest } from '@zaphub/features';
import type { WebhookHeaders } from '@zaphub/providers';
import type { Logger } from '@zaphub/telemetry';
import { AppError } from '@zaphub/types';
import type { Request, RequestHandler } from 'express';
import type { RequestLimiter } from './rate-limit.ts';
import { readQuery } from './read-query.ts';

/** What the addresses of webhooks run on. */
export interface WebhookParts {
  readonly door: (request: WebhookRequest) => Promise<WebhookAnswer>;
  /** Counts what is refused, by address: what is genuine has no limit but our own speed. */
  readonly limiter: RequestLimiter;
  readonly logger: Logger;
}

const address = /^\/webhooks\/([a-z-]{1,40})\/([a-z0-9_]{1,40})$/;
const bodyTimeoutMs = 20_000;

/**
 * `GET` and `POST /webhooks/<kind>/<connection>`: where networks knock, thousands of times a second. It comes before
 * everything that other requests pass, and has no line in the log: refusals have.
 */
export function webhookEndpoints({ door, limiter, logger }: WebhookParts): RequestHandler {
  return async (req, res, next) => {
    if (!req.url.startsWith('/webhooks/')) return next();
    const [path = ''] = req.url.split('?', 1);
    const [, provider, connectionId] = address.exec(path) ?? [];
    if (provider === undefined || connectionId === undefined) return next();
    if (req.method !== 'GET' && req.method !== 'POST') {
      res.setHeader('Allow', 'GET, POST');
      return next(new AppError('method_not_allowed', `${req.method} of a webhook`));
    }
    try {
      const answer = await door({
        method: req.method,
        provider,
        connectionId,
        query: req.method === 'GET' ? readQuery(req.url) : {},
        headers: headersOf(req),
        body: (maxBytes) => readBytes(req, maxBytes),
      });
      if (answer.kind === 'taken') return send(res, 200, '');
      if (answer.kind === 'challenge') return send(res, 200, answer.text);
      await limiter.count(req, res, undefined);
      if (answer.kind === 'forged')
        logger.warn('a webhook was not signed by its network', { connection: connectionId });
      next(refusalOf(answer.kind));
    } catch (error) {
      next(error);
    }
  };
}

function refusalOf(kind: Exclude<WebhookAnswer['kind'], 'taken' | 'challenge'>): AppError | undefined {
  switch (kind) {
    case 'unknown':
      // Like any address that never was: whoever comes next answers that.
      return undefined;
    case 'forbidden':
      return new AppError('forbidden', 'the question is not the network’s');
    case 'forged':
      return new AppError('unauthenticated', 'the signature does not fit the body');
    case 'too_large':
      return new AppError('body_too_large', 'the webhook is longer than the network sends');
    default:
      return kind satisfies never;
  }
}

/** Plain text: a question is answered with what was asked, which must not become a page. */
function send(res: ServerResponse, status: number, text: string): void {
  res.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
  });
  res.end(text);
}

function headersOf(req: Request): WebhookHeaders {
  // Node joins what comes twice; only cookies that are set are a list, and nobody sends those here.
  return req.headers as WebhookHeaders;
}

/** The whole body; `undefined` when it is longer, and then the rest of it runs into nothing. */
function readBytes(req: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  if (Number(req.headers['content-length'] ?? 0) > maxBytes) {
    req.resume();
    return Promise.resolve(undefined);
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (): void => {
      clearTimeout(timer);
      req.off('data', onData);
      req.off('end', onEnd);
      req.off('error', onError);
      req.off('close', onClose);
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size <= maxBytes) return void chunks.push(chunk);
      settle();
      req.resume();
      resolve(undefined);
    };
    const onEnd = (): void => {
      settle();
      const [only] = chunks;
      resolve(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, size));
    };
    const onError = (error: Error): void => {
      settle();
      reject(new AppError('bad_request', 'the body did not arrive', { cause: error }));
    };
    const onClose = (): void => onError(new Error('the connection was closed'));
    const timer = setTimeout(() => onError(new Error('it took too long')), bodyTimeoutMs);
    req.on('data', onData);
    req.on('end', onEnd);
    req.on('error', onError);
    req.on('close', onClose);
  });
}
