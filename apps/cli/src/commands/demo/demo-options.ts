import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { UsageError } from './usage-error.ts';

/** What `zaphub demo` was asked to do. */
export interface DemoOptions {
  /** Absolute path of the file with the contacts. */
  readonly contacts: string;
  /** ISO 3166-1 alpha-2, for numbers that are written without a country. */
  readonly country: string;
  /** The text of the message; a default in the language of the country when absent. */
  readonly template: string | undefined;
  /** Messages a second; null for as fast as it goes. */
  readonly ratePerSecond: number | null;
  readonly isJson: boolean;
}

const schema = z.object({
  contacts: z.string().min(1),
  country: z
    .string()
    .regex(/^[a-z]{2}$/i)
    .transform((code) => code.toUpperCase())
    .refine(isCountry)
    .default('BR'),
  template: z.string().min(1).optional(),
  speed: z
    .union([z.literal('max').transform(() => null), z.coerce.number().positive().max(10_000)])
    .default(null),
  json: z.boolean().default(false),
});

/**
 * Reads the arguments of `zaphub demo`. A relative file is looked for from `baseDir`.
 * @throws UsageError for an unknown, missing or impossible argument
 */
export function parseDemoOptions(args: readonly string[], baseDir: string): DemoOptions {
  const parsed = schema.safeParse(readArguments(args));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new UsageError(String(issue?.path[0] ?? ''));
  }
  const { contacts, country, template, speed, json } = parsed.data;
  return { contacts: resolve(baseDir, contacts), country, template, ratePerSecond: speed, isJson: json };
}

function isCountry(code: string): boolean {
  const name = new Intl.DisplayNames('en', { type: 'region' }).of(code);
  return name !== undefined && name !== code && name !== 'Unknown Region';
}

function readArguments(args: readonly string[]): Record<string, unknown> {
  try {
    const text = { type: 'string' } as const;
    const { values } = parseArgs({
      args: [...args],
      options: { contacts: text, country: text, template: text, speed: text, json: { type: 'boolean' } },
    });
    return values;
  } catch (error) {
    // Node names the argument it does not know in its message.
    throw new UsageError(/'(--?[^' ]+)/.exec(String(error))?.[1] ?? '', { cause: error });
  }
}
