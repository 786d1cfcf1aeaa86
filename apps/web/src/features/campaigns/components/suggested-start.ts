import type { WallMs } from '@zaphub/types';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** People are not woken by what somebody forgot to set. */
const earliestHour = 8;
const latestHour = 20;
const morningHour = 9;

/** The next full hour that is at least half an hour away, or the next morning when that falls into the night. */
export function suggestedStart(now: WallMs): WallMs {
  const soon = Math.ceil((now + hourMs / 2) / hourMs) * hourMs;
  const midnight = Math.floor(soon / dayMs) * dayMs;
  const hour = (soon - midnight) / hourMs;
  if (hour < earliestHour) return midnight + morningHour * hourMs;
  return hour > latestHour ? midnight + dayMs + morningHour * hourMs : soon;
}
