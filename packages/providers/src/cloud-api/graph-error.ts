import { z } from 'zod';
import type { NetworkError } from '../provider.ts';

/** The error object of the Graph API; fields that Meta adds are ignored. */
const graphErrorBody = z.object({
  error: z.object({
    code: z.int(),
    message: z.string().default(''),
    is_transient: z.boolean().optional(),
    fbtrace_id: z.string().optional(),
    error_data: z.object({ details: z.string().optional() }).optional().catch(undefined),
  }),
});

/** An error that the Graph API documents. */
export interface GraphError extends NetworkError {
  readonly code: number;
  readonly httpStatus: number;
  /** Meta's own word that the same request may succeed later. */
  readonly isTransient: boolean;
}

const longestDetails = 500;

/** Reads the error of an answer; `undefined` when it holds none that can be read. */
export function graphErrorOf(httpStatus: number, body: unknown): GraphError | undefined {
  // Nearly every answer: a schema that fails writes down at length why.
  if (typeof body !== 'object' || body === null || !('error' in body)) return undefined;
  const parsed = graphErrorBody.safeParse(body);
  if (!parsed.success) return undefined;
  const { code, message, is_transient, fbtrace_id, error_data } = parsed.data.error;
  const details = (error_data?.details ?? message).slice(0, longestDetails);
  return {
    code,
    httpStatus,
    isTransient: is_transient ?? false,
    ...(details === '' ? {} : { details }),
    ...(fbtrace_id === undefined ? {} : { traceId: fbtrace_id }),
  };
}
