import type { Opening } from './openings.ts';

/** What limits a sending that is still to come. */
export interface SendingPlan {
  readonly messages: number;
  /** Milliseconds since 1970. */
  readonly fromMs: number;
  /** Messages a second; `null` for no limit. */
  readonly ratePerSecond: number | null;
  /** The opening at an instant or the next one after it; `undefined` when there is none. Absent: always open. */
  readonly openingAt?: (atMs: number) => Opening | undefined;
  /** How many messages may go out on the day of an instant, and when that day ends; absent: any number. */
  readonly dayAt?: (atMs: number) => { readonly left: number; readonly endsMs: number; readonly key: string };
}

/** Nobody plans further ahead. */
const longestMs = 400 * 86_400_000;

/**
 * When the last of these messages will have left (milliseconds since 1970), by rates, hours and caps alone; `undefined`
 * when that is not within a year, or never. Without a rate what is left of a day or an opening goes out at its beginning.
 */
export function expectedFinish(plan: SendingPlan): number | undefined {
  const { ratePerSecond: rate } = plan;
  const taken = new Map<string, number>();
  let left = plan.messages;
  let at = plan.fromMs;
  while (left > 0) {
    if (at - plan.fromMs > longestMs) return undefined;
    const opening = plan.openingAt === undefined ? always : plan.openingAt(at);
    if (opening === undefined) return undefined;
    if (opening.fromMs > at) {
      at = opening.fromMs;
      continue;
    }
    const day = plan.dayAt?.(at);
    const dayLeft = day === undefined ? Infinity : Math.max(0, day.left - (taken.get(day.key) ?? 0));
    const endsMs = Math.min(opening.toMs, day?.endsMs ?? Infinity);
    if (dayLeft === 0) {
      at = day?.endsMs ?? endsMs;
      continue;
    }
    const fits = rate === null ? Infinity : Math.max(1, Math.floor(((endsMs - at) / 1000) * rate));
    const sent = Math.min(left, dayLeft, fits);
    if (day !== undefined) taken.set(day.key, (taken.get(day.key) ?? 0) + sent);
    left -= sent;
    // The first one leaves at once, and each later one an interval after it.
    if (left === 0) return rate === null ? at : at + ((sent - 1) / rate) * 1000;
    at = sent === dayLeft && day !== undefined ? day.endsMs : endsMs;
  }
  return at;
}

const always: Opening = { fromMs: -Infinity, toMs: Infinity };
