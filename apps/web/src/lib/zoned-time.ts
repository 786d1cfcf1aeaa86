/**
 * The instant at which clocks in `zone` show `wallTime` (`2026-11-22T09:00`). A time that the zone skips (a
 * clock change) moves forward by the gap; one that happens twice means the first. `undefined` for a text that is no time.
 */
export function instantOf(wallTime: string, zone: string): Date | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})/.exec(wallTime);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = match.slice(1).map(Number);
  const asUtc = Date.UTC(year, month - 1, day, hour, minute);
  // Two offsets are possible around a clock change: the one a day before and the one a day after.
  const before = asUtc - offsetMs(new Date(asUtc - 86_400_000), zone);
  const after = asUtc - offsetMs(new Date(asUtc + 86_400_000), zone);
  const candidates = [Math.min(before, after), Math.max(before, after)];
  const exact = candidates.find((candidate) => candidate + offsetMs(new Date(candidate), zone) === asUtc);
  return new Date(exact ?? before);
}

/** What clocks in `zone` show at `instant`, as `<input type="datetime-local">` wants it. */
export function wallTimeOf(instant: Date, zone: string): string {
  return new Date(instant.getTime() + offsetMs(instant, zone)).toISOString().slice(0, 16);
}

function offsetMs(instant: Date, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(instant);
  const read = (type: string) => Number(parts.find((part) => part.type === type)?.value ?? 0);
  const shown = Date.UTC(
    read('year'),
    read('month') - 1,
    read('day'),
    read('hour'),
    read('minute'),
    read('second'),
  );
  return shown - Math.floor(instant.getTime() / 1000) * 1000;
}
