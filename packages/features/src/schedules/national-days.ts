import type { HolidayCountry } from '@zaphub/types';

/** One rule of a national day: a fixed date, days from Easter Sunday, or the n-th (-1: last) weekday of a month. */
type Rule =
  | { readonly on: `${number}-${number}`; readonly since?: number }
  | { readonly easter: number }
  | { readonly month: number; readonly weekday: number; readonly nth: number };

const on = (date: `${number}-${number}`, since?: number): Rule =>
  since === undefined ? { on: date } : { on: date, since };
const easter = (days: number): Rule => ({ easter: days });
const nth = (month: number, weekday: number, count: number): Rule => ({ month, weekday, nth: count });

/** National days without work. Regional and moved days are for the tenant's own list. */
const rules: Readonly<Record<HolidayCountry, readonly Rule[]>> = {
  AR: [
    on('01-01'),
    easter(-48),
    easter(-47),
    on('03-24'),
    easter(-2),
    on('04-02'),
    on('05-01'),
    on('05-25'),
    on('06-20'),
    on('07-09'),
    on('12-08'),
    on('12-25'),
  ],
  BR: [
    on('01-01'),
    easter(-2),
    on('04-21'),
    on('05-01'),
    on('09-07'),
    on('10-12'),
    on('11-02'),
    on('11-15'),
    on('11-20', 2024),
    on('12-25'),
  ],
  ES: [
    on('01-01'),
    on('01-06'),
    easter(-2),
    on('05-01'),
    on('08-15'),
    on('10-12'),
    on('11-01'),
    on('12-06'),
    on('12-08'),
    on('12-25'),
  ],
  MX: [on('01-01'), nth(2, 1, 1), nth(3, 1, 3), on('05-01'), on('09-16'), nth(11, 1, 3), on('12-25')],
  PT: [
    on('01-01'),
    easter(-2),
    easter(0),
    on('04-25'),
    on('05-01'),
    easter(60),
    on('06-10'),
    on('08-15'),
    on('10-05'),
    on('11-01'),
    on('12-01'),
    on('12-08'),
    on('12-25'),
  ],
  US: [
    on('01-01'),
    nth(1, 1, 3),
    nth(2, 1, 3),
    nth(5, 1, -1),
    on('06-19', 2021),
    on('07-04'),
    nth(9, 1, 1),
    nth(10, 1, 2),
    on('11-11'),
    nth(11, 4, 4),
    on('12-25'),
  ],
};

const known = new Map<string, ReadonlySet<string>>();

/** The national days of a country in a year, as `YYYY-MM-DD`. */
export function nationalDays(country: HolidayCountry, year: number): ReadonlySet<string> {
  const key = `${country} ${year}`;
  const days = known.get(key) ?? new Set(rules[country].flatMap((rule) => dayOf(rule, year)));
  known.set(key, days);
  return days;
}

const dayMs = 86_400_000;
const nameOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

function dayOf(rule: Rule, year: number): string[] {
  if ('on' in rule) return year >= (rule.since ?? 0) ? [`${year}-${rule.on}`] : [];
  if ('easter' in rule) return [nameOf(easterSunday(year) + rule.easter * dayMs)];
  const { month, weekday, nth: count } = rule;
  if (count > 0) {
    const first = new Date(Date.UTC(year, month - 1, 1)).getUTCDay();
    return [nameOf(Date.UTC(year, month - 1, 1 + ((weekday - first + 7) % 7) + (count - 1) * 7))];
  }
  const last = new Date(Date.UTC(year, month, 0));
  return [nameOf(last.getTime() - ((last.getUTCDay() - weekday + 7) % 7) * dayMs)];
}

/** Easter Sunday of the Gregorian calendar (the anonymous computus), as midnight UTC. */
function easterSunday(year: number): number {
  const a = year % 19;
  const [b, c] = [Math.floor(year / 100), year % 100];
  const [d, e] = [Math.floor(b / 4), b % 4];
  const g = Math.floor((8 * b + 13) / 25);
  const h = (19 * a + b - d - g + 15) % 30;
  const [i, k] = [Math.floor(c / 4), c % 4];
  const l = (32 + 2 * e + 2 * i - h - k) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const sum = h + l - 7 * m + 114;
  return Date.UTC(year, Math.floor(sum / 31) - 1, (sum % 31) + 1);
}
