import type { z } from 'zod';
import type { UnknownPart, WebhookContents, WebhookEvent } from './webhook-events.ts';
import type * as shape from './webhook-schema.ts';

/** What has been found of a webhook so far. */
export interface Found extends WebhookContents {
  readonly events: WebhookEvent[];
  readonly unknown: UnknownPart[];
}

/** One change of a webhook, with the entry it came in. */
export interface Change {
  readonly entry: z.infer<typeof shape.entry>;
  readonly field: string;
  readonly value: { readonly [key: string]: unknown };
}

/** Reads one part by its schema; when it does not fit it is kept among the unknown ones, with the first reason. */
export function readPart<T extends z.ZodType>(
  found: Found,
  path: string,
  schema: T,
  value: unknown,
): z.infer<T> | undefined {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  const why = `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'unknown shape'}`;
  found.unknown.push({ path, why, value });
  return undefined;
}
