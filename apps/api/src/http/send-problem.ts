import type { IncomingMessage, ServerResponse } from 'node:http';
import { type AppError, type Locale, type Problem, problem } from '@zaphub/types';
import { z } from 'zod';
import { problemTitles } from './problem-titles.ts';
import { requestInfo } from './request-info.ts';

const fieldErrors = problem.shape.errors;
const retryAfter = z.number().positive();
const usualRetrySeconds = 2;

/** Answers with an error (RFC 9457) in the caller's language. Only for a response that has not begun. */
export function sendProblem(req: IncomingMessage, res: ServerResponse, error: AppError): void {
  const body = toProblem(error, requestInfo(req).id, localeOf(req));
  if (error.retryable && !res.hasHeader('Retry-After')) {
    res.setHeader('Retry-After', String(body.retryAfter ?? usualRetrySeconds));
  }
  const isBodyLeft = !req.complete;
  // The rest of a body that was not read would otherwise be taken for the next request.
  if (isBodyLeft) res.setHeader('Connection', 'close');
  res.statusCode = error.status;
  res.setHeader('Content-Type', 'application/problem+json; charset=utf-8');
  res.setHeader('Cache-Control', 'no-store');
  const text = JSON.stringify(body);
  res.setHeader('Content-Length', Buffer.byteLength(text));
  if (!isBodyLeft) {
    res.end(text);
    return;
  }
  // Closing while the caller still sends would reset the connection, and the answer would be lost with it.
  res.write(text);
  drain(req, () => res.end());
}

const maxDrainBytes = 64 * 1024 * 1024;
const maxDrainMs = 10_000;

/** Lets the rest of a body run into nothing, for a bounded time and length. */
function drain(req: IncomingMessage, done: () => void): void {
  let bytes = 0;
  const stop = (): void => {
    clearTimeout(late);
    req.off('data', count).off('end', stop).off('close', stop).off('error', stop);
    done();
  };
  const count = (chunk: Buffer): void => {
    bytes += chunk.length;
    if (bytes > maxDrainBytes) stop();
  };
  const late = setTimeout(stop, maxDrainMs);
  req.on('data', count).on('end', stop).on('close', stop).on('error', stop);
  req.resume();
}

/** The reply's body. Words for the log stay in the log. */
export function toProblem(error: AppError, requestId: string, locale: Locale): Problem {
  const { errors, retry_after: wait, ...details } = error.details ?? {};
  const listed = fieldErrors.safeParse(errors);
  const seconds = retryAfter.safeParse(wait);
  return {
    type: `urn:zaphub:problem:${error.code}`,
    title: problemTitles[error.code][locale],
    status: error.status,
    code: error.code,
    request_id: requestId,
    ...(error.publicMessage === undefined ? {} : { detail: error.publicMessage[locale] }),
    ...(listed.success && listed.data !== undefined ? { errors: listed.data } : {}),
    ...(seconds.success ? { retryAfter: seconds.data } : {}),
    ...(Object.keys(details).length > 0 && error.code !== 'internal' ? { details } : {}),
  };
}

/** The language of errors: the first one asked for that we speak, else English. */
function localeOf(req: IncomingMessage): Locale {
  for (const range of (req.headers['accept-language'] ?? '').toLowerCase().split(',')) {
    const language = range.trim();
    if (language.startsWith('pt')) return 'pt-BR';
    if (language.startsWith('en')) return 'en';
  }
  return 'en';
}
