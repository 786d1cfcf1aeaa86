import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { WebhookAnswer, WebhookRequest } from '@zaphub/features';
import type { WebhookHeaders } from '@zaphub/providers';
import type { Logger } from '@zaphub/telemetry';
import { AppError } from '@zaphub/types';
import type { RequestHandler } from 'express';
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

/** What became of a webhook that was not taken; the app tells its sender. */
type Refusal = { readonly answer: Exclude<WebhookAnswer, { kind: 'taken' }> } | { readonly error: unknown };
const refusals = new WeakMap<IncomingMessage, Refusal>();

/**
 * `POST /webhooks/<kind>/<connection>`, thousands of times a second: what is genuine is answered here, before anything
 * that other requests pass, and has no line in the log. Everything else goes on to the app, refusals included.
 */
export function takeWebhooks({ door }: Pick<WebhookParts, 'door'>, app: RequestListener): RequestListener {
  return (req, res) => {
    const called = req.method === 'POST' ? calledBy(req) : undefined;
    if (called === undefined) return app(req, res);
    door(called).then(
      (answer) => {
        if (answer.kind === 'taken') {
          res.writeHead(200, takenHeaders);
          res.end();
          return;
        }
        refusals.set(req, { answer });
        app(req, res);
      },
      (error: unknown) => {
        refusals.set(req, { error });
        app(req, res);
      },
    );
  };
}

/** Answers what {@link takeWebhooks} did not take, and `GET`, by which a network asks whether the address is ours. */
export function webhookEndpoints({ door, limiter, logger }: WebhookParts): RequestHandler {
  return async (req, res, next) => {
    const called = calledBy(req);
    if (called === undefined) return next();
    if (req.method !== 'GET' && req.method !== 'POST') {
      res.setHeader('Allow', 'GET, POST');
      return next(new AppError('method_not_allowed', `${req.method} of a webhook`));
    }
    try {
      const refusal = refusals.get(req) ?? { answer: await door(called) };
      if ('error' in refusal) return next(refusal.error);
      const { answer } = refusal;
      if (answer.kind === 'taken') return send(res, 200, '');
      if (answer.kind === 'challenge') return send(res, 200, answer.text);
      await limiter.count(req, res, undefined);
      if (answer.kind === 'forged')
        logger.warn('a webhook was not signed by its network', { connection: called.connectionId });
      next(refusalOf(answer.kind));
    } catch (error) {
      next(error);
    }
  };
}

/** The question to the door; `undefined` for an address that is no webhook's. */
function calledBy(req: IncomingMessage): WebhookRequest | undefined {
  const { url = '', method = '' } = req;
  if (!url.startsWith('/webhooks/')) return undefined;
  const query = url.indexOf('?');
  const [, provider, connectionId] = address.exec(query < 0 ? url : url.slice(0, query)) ?? [];
  if (provider === undefined || connectionId === undefined) return undefined;
  return {
    method,
    provider,
    connectionId,
    query: method === 'GET' ? readQuery(url) : {},
    // Node joins what comes twice; only cookies that are set are a list, and nobody sends those here.
    headers: req.headers as WebhookHeaders,
    body: (maxBytes) => readBytes(req, maxBytes),
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
const plainText = {
  'Content-Type': 'text/plain; charset=utf-8',
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
} as const;
const takenHeaders = { ...plainText, 'Content-Length': 0 } as const;

function send(res: ServerResponse, status: number, text: string): void {
  res.writeHead(status, { ...plainText, 'Content-Length': Buffer.byteLength(text) });
  res.end(text);
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
