import { z } from 'zod';

const usage = z.record(
  z.string(),
  z.array(z.object({ estimated_time_to_regain_access: z.number().nonnegative().optional() })),
);

/**
 * How long an answer asks to wait, in milliseconds: the longest of `Retry-After` (seconds) and the time to regain
 * access in `X-Business-Use-Case-Usage` (minutes); `undefined` when it does not say.
 * https://developers.facebook.com/docs/graph-api/overview/rate-limiting#headers
 */
export function retryAfterMsOf(header: (name: string) => string | undefined): number | undefined {
  const waits: number[] = [];
  const seconds = header('retry-after');
  if (seconds !== undefined && /^\d{1,9}$/.test(seconds)) waits.push(Number(seconds) * 1_000);
  for (const uses of Object.values(usageOf(header('x-business-use-case-usage')))) {
    for (const use of uses) waits.push((use.estimated_time_to_regain_access ?? 0) * 60_000);
  }
  const longest = Math.max(0, ...waits);
  return longest > 0 ? longest : undefined;
}

function usageOf(text: string | undefined): z.infer<typeof usage> {
  if (text === undefined) return {};
  try {
    return usage.catch({}).parse(JSON.parse(text));
  } catch {
    // A hint that cannot be read is no hint.
    return {};
  }
}
