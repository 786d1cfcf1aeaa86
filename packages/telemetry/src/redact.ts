import { maskPhone, redactText } from './redact-text.ts';

const maxDepth = 8;
const maxItems = 100;
const maxTextLength = 16_384;

/** Compared with a key in lower case without `-` and `_`. */
const secretKey =
  /password|passwd|secret|token|authorization|cookie|apikey|privatekey|servicekey|connectionstring|^jwt$/;
const phoneKey = /phone|msisdn|e164|^jid$/;

/**
 * A copy of `value` that is safe to write to a log: secrets and phone numbers masked at any depth, by key and
 * inside texts, errors and causes spelled out, cycles and depth cut. Never throws; the original is not touched.
 */
export function redact(value: unknown): unknown {
  return redactValue(value, 0, new Set());
}

/** {@link redact} for the fields of one line. */
export function redactFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return redactEntries(fields, 0, new Set());
}

function redactValue(value: unknown, depth: number, seen: ReadonlySet<object>): unknown {
  if (typeof value === 'string') {
    return redactText(value.length > maxTextLength ? `${value.slice(0, maxTextLength)}…` : value);
  }
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'function' || typeof value === 'symbol') return undefined;
  if (typeof value === 'object' && value !== null) return redactObject(value, depth, seen);
  return value;
}

function redactObject(value: object, depth: number, seen: ReadonlySet<object>): unknown {
  if (seen.has(value)) return '[circular]';
  if (depth >= maxDepth) return '[too deep]';
  const inside = new Set(seen).add(value);
  if (value instanceof Error) return redactError(value, depth, inside);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (value instanceof Map) return redactEntries(Object.fromEntries(value), depth + 1, inside);
  if (Array.isArray(value) || value instanceof Set) {
    const items = [...value].slice(0, maxItems);
    return items.map((item) => redactValue(item, depth + 1, inside));
  }
  const shown = ownView(value);
  if (shown !== undefined) return redactValue(shown.view, depth + 1, inside);
  return redactEntries(value, depth, inside);
}

/** What an object wants to be shown as, when it has an opinion. */
function ownView(value: object): { readonly view: unknown } | undefined {
  try {
    if (!('toJSON' in value) || typeof value.toJSON !== 'function') return undefined;
    const view: unknown = Reflect.apply(value.toJSON, value, []);
    return { view };
  } catch {
    // A logger must not fail for the sake of what it was asked to show.
    return { view: '[unprintable]' };
  }
}

/** Postgres quotes the row that it refused, whatever is in it: its code and message say enough. */
const withoutRow = { detail: undefined, where: undefined, internalQuery: undefined };

function redactError(error: Error, depth: number, seen: ReadonlySet<object>): Record<string, unknown> {
  return {
    type: error.name,
    message: redactText(error.message),
    stack: error.stack === undefined ? undefined : redactText(error.stack),
    ...redactEntries(error, depth, seen),
    ...('severity' in error ? withoutRow : {}),
    cause: error.cause === undefined ? undefined : redactValue(error.cause, depth + 1, seen),
    errors: error instanceof AggregateError ? redactValue(error.errors, depth + 1, seen) : undefined,
  };
}

function redactEntries(fields: object, depth: number, seen: ReadonlySet<object>): Record<string, unknown> {
  const redacted: Record<string, unknown> = {};
  for (const [key, value] of safeEntries(fields)) redacted[key] = redactEntry(key, value, depth, seen);
  return redacted;
}

function safeEntries(fields: object): readonly (readonly [string, unknown])[] {
  try {
    return Object.entries(fields);
  } catch {
    // A getter threw.
    return [['unprintable', true]];
  }
}

function redactEntry(key: string, value: unknown, depth: number, seen: ReadonlySet<object>): unknown {
  const plainKey = key.toLowerCase().replaceAll(/[-_]/g, '');
  if (phoneKey.test(plainKey) && (typeof value === 'string' || typeof value === 'number')) {
    return maskPhone(String(value));
  }
  // Counts and flags such as `tokensLeft: 3` or `hasPassword: true` are not secrets.
  const mayBeSecret = typeof value === 'string' || (typeof value === 'object' && value !== null);
  if (mayBeSecret && secretKey.test(plainKey)) return '***';
  return redactValue(value, depth + 1, seen);
}
