/** A time on a wall clock: the milliseconds it would have in UTC. */
export type WallMs = number;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  // Names in another case are the same zone, and must not be kept each by itself.
  const key = zone.toLowerCase();
  const known = formats.get(key);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(key, made);
  return made;
}

/** What a clock in the zone shows at an instant (milliseconds since 1970), to the second. */
export function wallAt(zone: string, atMs: number): WallMs {
  const parts: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(atMs)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** How far the zone is ahead of UTC at an instant, in milliseconds. */
function offsetMs(zone: string, atMs: number): number {
  const whole = Math.floor(atMs / 1000) * 1000;
  return wallAt(zone, whole) - whole;
}

const dayMs = 86_400_000;

/**
 * The instant at which a clock in the zone shows a time: the first one when it shows it twice, and when it never does
 * (the clocks are put forward over it), the first instant after.
 */
export function instantOf(zone: string, wall: WallMs): number {
  // No zone changes twice within two days, so these are the only two offsets that can hold.
  const before = offsetMs(zone, wall - dayMs);
  const after = offsetMs(zone, wall + dayMs);
  const candidates = [wall - before, wall - after].filter((at) => wallAt(zone, at) === wall);
  if (candidates.length > 0) return Math.min(...candidates);
  return firstInstantPast(zone, wall);
}

/** Of a time that is skipped: the instant of the change. The clock shows less before it and more after. */
function firstInstantPast(zone: string, wall: WallMs): number {
  let earlier = wall - dayMs * 1.5;
  let later = wall + dayMs * 1.5;
  while (later - earlier > 1) {
    const middle = Math.floor((earlier + later) / 2);
    if (wallAt(zone, middle) < wall) earlier = middle;
    else later = middle;
  }
  return later;
}

/** `2026-03-01T09:00` as a wall clock's time; `NaN` for what is none. */
export function parseWall(text: string): WallMs {
  // Asked first: `Date.parse` makes something of half a date, too.
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(text) ? Date.parse(`${text.slice(0, 16)}:00Z`) : Number.NaN;
}

/** A wall clock's time as `parseWall` and `<input type="datetime-local">` want it, to the minute. */
export function wallText(wall: WallMs): string {
  return new Date(wall).toISOString().slice(0, 16);
}

/** Does the runtime know this IANA zone? Offsets such as `+03:00` are no zones: they know no summer time. */
export function isKnownZone(zone: string): boolean {
  if (!/^[A-Za-z]/.test(zone)) return false;
  try {
    formatOf(zone);
    return true;
  } catch {
    return false;
  }
}
