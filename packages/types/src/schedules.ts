import { z } from 'zod';

export const weekday = z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']);
export type Weekday = z.infer<typeof weekday>;

/** `HH:MM`; `24:00` is the end of a day. */
const timeOfDay = z
  .string()
  .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/)
  .meta({ examples: ['09:00'] });
const isoDay = z.iso.date();

/** From one time of day to another; when `to` is not later than `from`, it ends on the next day. */
const span = z
  .strictObject({ from: timeOfDay, to: timeOfDay })
  .refine(({ from, to }) => from !== to && from !== '24:00', 'a window needs a beginning and an end');

/** A country whose national days are known. */
export const holidayCountry = z.enum(['AR', 'BR', 'ES', 'MX', 'PT', 'US']);
export type HolidayCountry = z.infer<typeof holidayCountry>;

/** When a campaign may send, in the zone of its clock. */
export const sendingHours = z.strictObject({
  /** By the weekday on which each begins; none: at any time of any day. */
  windows: z
    .array(
      z
        .strictObject({ days: z.array(weekday).min(1).max(7), from: timeOfDay, to: timeOfDay })
        .refine(({ from, to }) => from !== to && from !== '24:00', 'a window needs a beginning and an end'),
    )
    .max(21)
    .default([]),
  /** Every day, taken out of the windows. */
  quiet: span.nullable().default(null),
  /** Days without any sending, beside those of the tenant. */
  holidays: z.array(isoDay).max(366).default([]),
  /** National days without any sending; null for none. */
  holiday_country: holidayCountry.nullable().default(null),
});
export type SendingHours = z.infer<typeof sendingHours>;
export type SendingHoursInput = z.input<typeof sendingHours>;

/** Whose clock says when: the campaign's zone for everybody, or each recipient's own zone. */
export const campaignClock = z.enum(['campaign', 'recipient']);
export type CampaignClock = z.infer<typeof campaignClock>;

/** What to do when a start was missed: send all the same, do not send, or wait for somebody to decide. */
export const latePolicy = z.enum(['send', 'skip', 'ask']);
export type LatePolicy = z.infer<typeof latePolicy>;

/** `YYYY-MM-DDTHH:MM`: a time on a wall clock, without a zone. */
export const localDateTime = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d$/)
  .refine((text) => z.iso.date().safeParse(text.slice(0, 10)).success, 'no such day')
  .meta({ examples: ['2030-03-01T09:00'] });

/** A day on which a tenant's campaigns with hours do not send. */
export const holiday = z.strictObject({ day: isoDay, name: z.string().trim().min(1).max(120) });
export type Holiday = z.infer<typeof holiday>;

/** `GET, PUT /holidays`: the whole list. */
export const holidayList = z.strictObject({ holidays: z.array(holiday).max(1000) });

/** `GET /holidays/national`: the national days of a country in a year, in order, by their names there. */
export const nationalHolidaysQuery = z.strictObject({
  country: holidayCountry,
  year: z.coerce.number().int().min(2020).max(2100),
});
