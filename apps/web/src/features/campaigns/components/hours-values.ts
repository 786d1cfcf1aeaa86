import { type SendingHours, sendingHours, weekday, type Weekday } from '@zaphub/types';

/** The form of a campaign's hours: one window for the days that are chosen. */
export interface HoursValues {
  days: readonly Weekday[];
  from: string;
  to: string;
  /** `YYYY-MM-DD`, apart by spaces, commas or lines. */
  holidays: string;
  country: 'none' | 'AR' | 'BR' | 'ES' | 'MX' | 'PT' | 'US';
}

const officeHours: HoursValues = {
  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
  from: '09:00',
  to: '18:00',
  holidays: '',
  country: 'none',
};

/** What the form shows of hours: their first window. */
export function valuesOf(hours: SendingHours | null): HoursValues {
  if (hours === null) return officeHours;
  const [window] = hours.windows;
  return {
    days: window?.days ?? weekday.options,
    from: window?.from ?? '00:00',
    to: window?.to ?? '24:00',
    holidays: hours.holidays.join('\n'),
    country: hours.holiday_country ?? 'none',
  };
}

/** What the API wants of these values; undefined while they make no hours. Quiet hours that were set stay. */
export function hoursOf(values: HoursValues, before: SendingHours | null): SendingHours | undefined {
  const days = values.holidays.split(/[\s,;]+/).filter((day) => day !== '');
  const parsed = sendingHours.safeParse({
    windows: [{ days: values.days, from: values.from, to: values.to === '00:00' ? '24:00' : values.to }],
    quiet: before?.quiet ?? null,
    holidays: days,
    holiday_country: values.country === 'none' ? null : values.country,
  });
  return parsed.success ? parsed.data : undefined;
}
