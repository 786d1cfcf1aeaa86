import type { Holiday } from '@zaphub/types';

/** A list with more days in it, in order; a day that is there keeps its name. */
export function withHolidays(list: readonly Holiday[], more: readonly Holiday[]): Holiday[] {
  const known = new Set(list.map(({ day }) => day));
  const added = more.filter(({ day }) => !known.has(day));
  return [...list, ...added].sort((a, b) => (a.day < b.day ? -1 : 1));
}

/** A list without a day. */
export function withoutHoliday(list: readonly Holiday[], day: string): Holiday[] {
  return list.filter((holiday) => holiday.day !== day);
}
