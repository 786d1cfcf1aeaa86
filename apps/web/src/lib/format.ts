import type { Locale } from '@zaphub/types';

/** Numbers, sizes, times and phones as a reader of one language expects them. */
export interface Format {
  number(value: number): string;
  /** `value` is 0…1. Never shows 100 % before all is done, nor 0 % once something is. */
  percent(ratio01: number): string;
  bytes(value: number): string;
  dateTime(value: string | Date, zone?: string): string;
  /** With the weekday and the zone's name, for a time that matters. */
  fullDateTime(value: string | Date, zone: string): string;
  time(value: string | Date): string;
  /** A day of a calendar, `YYYY-MM-DD`, without its year. */
  day(value: string): string;
  /** The same with its weekday and its year. */
  fullDay(value: string): string;
  /** `3 minutes ago`, `in 2 days`. */
  relative(value: string | Date, now: Date): string;
  /** As `relative`, for what has happened: a clock that runs a little behind never makes it the future. */
  ago(value: string | Date, now: Date): string;
  list(values: readonly string[]): string;
  country(code: string): string;
}

/** Makes the formats of one language. */
export function createFormat(language: Locale): Format {
  const number = new Intl.NumberFormat(language);
  const wholePercent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 });
  const finePercent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const list = new Intl.ListFormat(language, { type: 'conjunction' });
  const countries = new Intl.DisplayNames(language, { type: 'region' });
  return {
    number: (value) => number.format(value),
    percent: (ratio01) => {
      if (ratio01 <= 0 || ratio01 >= 1) return wholePercent.format(ratio01);
      if (ratio01 < 0.01) return finePercent.format(Math.max(0.001, ratio01));
      return ratio01 > 0.99 ? finePercent.format(Math.min(0.999, ratio01)) : wholePercent.format(ratio01);
    },
    bytes: (value) => formatBytes(language, value),
    dateTime: (value, zone) =>
      new Intl.DateTimeFormat(language, {
        dateStyle: 'medium',
        timeStyle: 'short',
        ...(zone === undefined ? {} : { timeZone: zone }),
      }).format(new Date(value)),
    fullDateTime: (value, zone) =>
      new Intl.DateTimeFormat(language, {
        weekday: 'short',
        day: 'numeric',
        month: 'short',
        year: 'numeric',
        hour: '2-digit',
        minute: '2-digit',
        timeZone: zone,
        timeZoneName: 'shortOffset',
      }).format(new Date(value)),
    time: (value) => new Intl.DateTimeFormat(language, { timeStyle: 'short' }).format(new Date(value)),
    day: (value) =>
      new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(
        new Date(value),
      ),
    fullDay: (value) =>
      new Intl.DateTimeFormat(language, {
        weekday: 'short',
        day: 'numeric',
        month: 'short',
        year: 'numeric',
        timeZone: 'UTC',
      }).format(new Date(value)),
    relative: (value, now) => formatRelative(relative, new Date(value).getTime() - now.getTime()),
    ago: (value, now) => {
      const elapsedMs = Math.max(0, now.getTime() - new Date(value).getTime());
      return formatRelative(relative, elapsedMs < justNowMs ? 0 : -elapsedMs);
    },
    list: (values) => list.format(values),
    country: (code) => countries.of(code) ?? code,
  };
}

function formatBytes(language: Locale, value: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
  const step = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(value) / 3));
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit: units[step] ?? 'byte',
    unitDisplay: step === 0 ? 'long' : 'short',
    maximumFractionDigits: step < 2 ? 0 : 1,
  }).format(value / 1000 ** step);
}

const relativeSteps = [
  ['year', 31_536_000_000],
  ['month', 2_592_000_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

/** Seconds that nobody counts. */
const justNowMs = 5_000;

function formatRelative(formatter: Intl.RelativeTimeFormat, differenceMs: number): string {
  for (const [unit, size] of relativeSteps) {
    if (Math.abs(differenceMs) >= size) return formatter.format(Math.trunc(differenceMs / size), unit);
  }
  return formatter.format(Math.trunc(differenceMs / 1000), 'second');
}

/** `+5511987654321` → `+55 11 98765-4321`. Numbers of other countries keep their digits, with the plus. */
export function formatPhone(phone: string): string {
  const brazil = /^\+?55(\d{2})(\d{4,5})(\d{4})$/.exec(phone);
  if (brazil !== null) return `+55 ${brazil[1]} ${brazil[2]}-${brazil[3]}`;
  const northAmerica = /^\+?1(\d{3})(\d{3})(\d{4})$/.exec(phone);
  if (northAmerica !== null) return `+1 ${northAmerica[1]}-${northAmerica[2]}-${northAmerica[3]}`;
  return phone.startsWith('+') ? phone : `+${phone}`;
}
