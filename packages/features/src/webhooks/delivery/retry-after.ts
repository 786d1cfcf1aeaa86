const longestMs = 3_600_000;

/**
 * How long a `Retry-After` asks to wait, as seconds or as a date: an hour at most, and nothing for what cannot be read or
 * lies in the past.
 */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs;
  return ms > 0 ? Math.min(ms, longestMs) : undefined;
}
