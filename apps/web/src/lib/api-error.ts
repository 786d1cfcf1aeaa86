import type { ErrorCode, Problem } from '@zaphub/types';

/** `network` is ours: the request did not reach the server, or its answer did not reach us. */
export type ApiErrorCode = ErrorCode | 'network';

/** A request that failed: the API's stable code, what the server said in words, and the id to quote. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ApiErrorCode;
  /** 0 when there was no answer. */
  readonly status: number;
  readonly requestId: string | null;
  readonly detail: string | null;
  readonly fields: readonly { pointer: string; code: string; detail: string }[];
  readonly retryAfterMs: number | null;

  constructor(options: {
    code: ApiErrorCode;
    status: number;
    requestId?: string | null;
    detail?: string | null;
    fields?: readonly { pointer: string; code: string; detail: string }[];
    retryAfterMs?: number | null;
    cause?: unknown;
  }) {
    super(`${options.status} ${options.code}`, { cause: options.cause });
    this.code = options.code;
    this.status = options.status;
    this.requestId = options.requestId ?? null;
    this.detail = options.detail ?? null;
    this.fields = options.fields ?? [];
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}

/** Reads an error reply; a reply that is not `application/problem+json` is judged by its status alone. */
export async function errorFromResponse(response: Response): Promise<ApiError> {
  return errorFromParts(
    response.status,
    response.headers.get('content-type') ?? '',
    await response.text().catch(() => ''),
    response.headers.get('x-request-id'),
    response.headers.get('retry-after'),
  );
}

/** As `errorFromResponse`, for callers without a `Response` (an upload by XMLHttpRequest). */
export function errorFromParts(
  status: number,
  contentType: string,
  body: string,
  requestId: string | null,
  retryAfter: string | null,
): ApiError {
  const problem = contentType.includes('json') ? parseProblem(body) : undefined;
  const retryAfterSeconds = Number.parseInt(retryAfter ?? '', 10);
  return new ApiError({
    // The server may be newer than this page: an unknown code is shown by its words, never compared.
    code: (problem?.code as ErrorCode | undefined) ?? codeOfStatus(status),
    status,
    requestId: problem?.request_id ?? requestId,
    detail: problem?.detail ?? null,
    fields: problem?.errors ?? [],
    retryAfterMs: Number.isNaN(retryAfterSeconds) ? null : retryAfterSeconds * 1000,
  });
}

function parseProblem(body: string): Partial<Problem> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    // Every field is read as optional: this is an error path and must not fail itself.
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function codeOfStatus(status: number): ErrorCode {
  if (status === 401) return 'unauthenticated';
  if (status === 403) return 'forbidden';
  if (status === 404) return 'not_found';
  if (status === 413) return 'body_too_large';
  if (status === 429) return 'too_many_requests';
  if (status === 502 || status === 503) return 'unavailable';
  if (status === 504) return 'timeout';
  return status >= 500 ? 'internal' : 'bad_request';
}
