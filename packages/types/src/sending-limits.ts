import { z } from 'zod';
import { leastRate, ratePerSecond } from './connections.ts';
import { timezone } from './tenants.ts';

const cap = z.int().min(1).max(1_000_000);

/**
 * The plan that `warm_up: 'standard'` begins, for a new number behind a phone: how many it may send on its first day, on
 * its second, and so on. Slow at first, about a quarter more each day; over after four weeks.
 */
export const standardWarmUp: readonly number[] = [
  20, 25, 30, 40, 50, 60, 75, 95, 120, 150, 185, 230, 290, 360, 450, 560, 700, 800, 900, 1_000, 1_100, 1_200,
  1_300, 1_400, 1_500, 1_650, 1_800, 2_000,
];

/** `GET /connections/:id/limits`: what holds for one number, and what that means now. */
export const numberLimits = z.object({
  /** Messages a second, as they were set; null for the provider's default. */
  rate_per_second: z.number().nullable(),
  /** What it may send in a second now, slowed as it is; null for as fast as it can. */
  rate_now: z.number().nullable(),
  /** How far a send may lie from its even place, as a share of the interval; null for the provider's default. */
  jitter01: z.number().nullable(),
  daily_cap: z.number().int().nullable(),
  /** The zone in which the number's day begins; null for the tenant's. */
  timezone: z.string().nullable(),
  /** The cap of the first day, of the second, and so on; null without a warm-up. */
  warm_up: z.array(z.number().int()).nullable(),
  warm_up_from: z.iso.date().nullable(),
  /** Sends within a week that nobody has answered, at most. */
  unanswered_limit: z.number().int().nullable(),
  /** The day it is for the number, in its zone. */
  today: z.iso.date(),
  /** What today allows, by the cap and the warm-up; null for any number. */
  cap_today: z.number().int().nullable(),
  /** What is left of it; null for any number. */
  left_today: z.number().int().nullable(),
});
export type NumberLimits = z.infer<typeof numberLimits>;

/** `PATCH /connections/:id/limits`: what is not given stays. Has effect while messages go out. */
export const numberLimitsPatch = z.strictObject({
  rate_per_second: ratePerSecond.optional(),
  jitter01: z.number().min(0).max(0.9).nullable().optional(),
  daily_cap: cap.nullable().optional(),
  timezone: timezone.nullable().optional(),
  /** `standard` begins the built-in plan today; a list is a plan of one's own. */
  warm_up: z.union([z.literal('standard'), z.array(cap).min(1).max(365), z.null()]).optional(),
  warm_up_from: z.iso.date().optional(),
  unanswered_limit: cap.nullable().optional(),
});
export type NumberLimitsPatch = z.infer<typeof numberLimitsPatch>;

/** `GET /sending-limits`: what holds for all numbers of the tenant together. */
export const tenantLimits = z.object({
  rate_per_second: z.number().nullable(),
  /** One contact gets so many campaigns within `frequency_days` at most; null for no cap. */
  frequency_cap: z.number().int().nullable(),
  frequency_days: z.number().int(),
  /** Whoever is over the cap is left out, or waits until it allows another. */
  frequency_policy: z.enum(['skip', 'wait']),
});
export type TenantLimits = z.infer<typeof tenantLimits>;

/** `PATCH /sending-limits`. */
export const tenantLimitsPatch = z.strictObject({
  rate_per_second: z.number().min(leastRate).max(100_000).nullable().optional(),
  frequency_cap: z.int().min(1).max(1_000).nullable().optional(),
  frequency_days: z.int().min(1).max(90).optional(),
  frequency_policy: z.enum(['skip', 'wait']).optional(),
});
export type TenantLimitsPatch = z.infer<typeof tenantLimitsPatch>;
