import { instantOf, type SendingHours, wallAt, type WallMs, type Weekday } from '@zaphub/types';
import { nationalDays } from './national-days.ts';

/** From one instant to another, milliseconds since 1970; `toMs` is outside. */
export interface Opening {
  readonly fromMs: number;
  readonly toMs: number;
}

const dayMs = 86_400_000;
const weekdays: readonly Weekday[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
/** Days that are looked at together; an opening that is longer is told in parts. */
const stepDays = 9;
/** Beyond this nobody waits: hours that do not open within it never do. */
const horizonDays = 400;

/**
 * The opening that holds `atMs` or the next one after it, in a zone; `undefined` when there is none for a year.
 * @param holidays days (`YYYY-MM-DD`) of the tenant, beside those of the hours
 */
export function nextOpening(
  hours: SendingHours,
  zone: string,
  atMs: number,
  holidays: ReadonlySet<string> = new Set(),
): Opening | undefined {
  const today = startOfDay(wallAt(zone, atMs));
  for (let day = -1; day < horizonDays; day += stepDays) {
    const from = today + day * dayMs;
    const openings = openingsOf(hours, zone, { from, to: from + (stepDays + 1) * dayMs }, holidays);
    const found = openings.find(({ toMs }) => toMs > atMs);
    if (found !== undefined) return found;
  }
  return undefined;
}

interface WallSpan {
  readonly from: WallMs;
  readonly to: WallMs;
}

/** The openings that begin on the days from `from` to before `to`, in order, none touching the next. */
function openingsOf(
  hours: SendingHours,
  zone: string,
  { from, to }: WallSpan,
  holidays: ReadonlySet<string>,
): Opening[] {
  const opened: WallSpan[] = [];
  const closed: WallSpan[] = [];
  const isFree = freeDays(hours, holidays);
  for (let day = from; day < to; day += dayMs) {
    opened.push(...windowsOf(hours, day));
    if (hours.quiet !== null) closed.push(spanOf(day, hours.quiet));
    if (isFree(day)) closed.push({ from: day, to: day + dayMs });
  }
  return subtract(merge(opened), merge(closed)).flatMap((span) => {
    const opening = { fromMs: instantOf(zone, span.from), toMs: instantOf(zone, span.to) };
    // A span that lies wholly within the hour that is skipped in spring has no length.
    return opening.toMs > opening.fromMs ? [opening] : [];
  });
}

function windowsOf({ windows }: SendingHours, day: WallMs): WallSpan[] {
  if (windows.length === 0) return [{ from: day, to: day + dayMs }];
  const name = weekdays[new Date(day).getUTCDay()];
  return windows.filter(({ days }) => days.some((each) => each === name)).map((span) => spanOf(day, span));
}

function spanOf(day: WallMs, { from, to }: { from: string; to: string }): WallSpan {
  const begins = day + minutesOf(from) * 60_000;
  const ends = day + minutesOf(to) * 60_000;
  return { from: begins, to: ends > begins ? ends : ends + dayMs };
}

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

function freeDays(hours: SendingHours, holidays: ReadonlySet<string>): (day: WallMs) => boolean {
  const own = new Set(hours.holidays);
  const country = hours.holiday_country;
  return (day) => {
    const name = new Date(day).toISOString().slice(0, 10);
    if (own.has(name) || holidays.has(name)) return true;
    return country !== null && nationalDays(country, Number(name.slice(0, 4))).has(name);
  };
}

function startOfDay(wall: WallMs): WallMs {
  return Math.floor(wall / dayMs) * dayMs;
}

function merge(spans: readonly WallSpan[]): WallSpan[] {
  const merged: { from: WallMs; to: WallMs }[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last !== undefined && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else merged.push({ ...span });
  }
  return merged;
}

function subtract(spans: readonly WallSpan[], holes: readonly WallSpan[]): WallSpan[] {
  return holes.reduce<WallSpan[]>(
    (left, hole) =>
      left.flatMap((span) =>
        hole.to <= span.from || hole.from >= span.to
          ? [span]
          : [
              { from: span.from, to: hole.from },
              { from: hole.to, to: span.to },
            ].filter(({ from, to }) => to > from),
      ),
    [...spans],
  );
}
