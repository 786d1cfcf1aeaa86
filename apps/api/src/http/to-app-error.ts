import { isRetryableDatabaseError } from '@zaphub/db';
import { EnhancerTimeoutError } from '@zaphub/kernel';
import { AppError } from '@zaphub/types';
import { z } from 'zod';

/** Turns whatever was thrown into one of our errors; what is not known becomes `internal` and tells nothing. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof URIError || statusOf(error) === 400) {
    return new AppError('bad_request', 'the address cannot be decoded', { cause: error });
  }
  if (error instanceof EnhancerTimeoutError) {
    return new AppError('unavailable', error.message, { cause: error });
  }
  if (isRetryableDatabaseError(error)) {
    return new AppError('unavailable', 'the database is away or busy', { cause: error });
  }
  if (codeOf(error) === '57014') {
    return new AppError('timeout', 'a statement was cancelled', { cause: error });
  }
  return new AppError('internal', error instanceof Error ? error.message : 'unknown error', { cause: error });
}

/** One field that is wrong, as a problem lists it. */
export interface FieldError {
  pointer: string;
  code: string;
  detail: string;
}

/** The refusal of input that does not fit its schema; the fields that are wrong are in `details.errors`. */
export function invalidInput(code: 'invalid_body' | 'bad_request', error: z.ZodError): AppError {
  const errors = error.issues.slice(0, 50).map((issue): FieldError => ({
    pointer: '/' + issue.path.map((part) => escapePointer(String(part))).join('/'),
    code: issue.code,
    detail: issue.message,
  }));
  return new AppError(code, 'input does not fit its schema', { details: { errors } });
}

function escapePointer(part: string): string {
  return part.replaceAll('~', '~0').replaceAll('/', '~1');
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}

function statusOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;
}
