import { AppError } from '@zaphub/types';
import type { Locale } from '@zaphub/types';
import { BrokenQuotesError } from '../reading/broken-quotes-error.ts';
import { failureWords } from './failure-words.ts';

export interface Failure {
  code: string;
  /** What happened, what was kept and what to do, in the tenant's language. */
  detail: string;
}

/** Why an import has to end; `undefined` for what may pass and is worth another attempt. */
export function describeFailure(error: unknown, locale: Locale, isLastAttempt: boolean): Failure | undefined {
  const words = failureWords[locale];
  if (error instanceof BrokenQuotesError) {
    return { code: 'file_broken_quotes', detail: words.brokenQuotes(error.row) };
  }
  if (error instanceof AppError && error.code === 'not_found') {
    return { code: 'file_missing', detail: words.fileMissing };
  }
  if (codeOf(error) === '53100' || codeOf(error) === 'ENOSPC') {
    return { code: 'disk_full', detail: words.diskFull };
  }
  const isForGood = error instanceof AppError && !error.retryable && error.code !== 'internal';
  return isLastAttempt || isForGood
    ? { code: error instanceof AppError ? error.code : 'internal', detail: words.unexpected }
    : undefined;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
