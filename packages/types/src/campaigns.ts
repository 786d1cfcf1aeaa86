import { z } from 'zod';
import { leastRate } from './connections.ts';
import { publicId } from './ids.ts';
import { networkTemplateUse } from './network-templates.ts';
import { pageQuery } from './pagination.ts';
import { campaignClock, latePolicy, localDateTime, sendingHours } from './schedules.ts';
import { timezone } from './tenants.ts';

export const campaignStatus = z.enum([
  'draft',
  'scheduled',
  'preparing',
  'running',
  'paused',
  'completed',
  'cancelled',
  'failed',
]);
export type CampaignStatus = z.infer<typeof campaignStatus>;

/** Who a campaign is for: everybody, or the contacts with a tag. */
export const audience = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('all') }),
  z.strictObject({ kind: z.literal('tag'), tag: z.string().min(1).max(64) }),
]);
export type Audience = z.infer<typeof audience>;

/** What to do with a recipient whose send has an unknown outcome, when the provider cannot be asked again. */
export const unknownPolicy = z.enum(['at_most_once', 'at_least_once', 'ask']);
export type UnknownPolicy = z.infer<typeof unknownPolicy>;

export const campaignCounters = z.object({
  total: z.number().int(),
  open: z.number().int(),
  sent: z.number().int(),
  delivered: z.number().int(),
  read: z.number().int(),
  failed: z.number().int(),
  dlq: z.number().int(),
  skipped: z.number().int(),
  unknown: z.number().int(),
});
/** Recipients by where they stand now; each is in exactly one bucket, `open` is what is still to be done. */
export type CampaignCounters = z.infer<typeof campaignCounters>;

/** Why a running campaign stands still. */
export const stallCause = z.enum([
  'number_held',
  'number_offline',
  'daily_cap',
  'warm_up',
  'outside_hours',
  'slow_rate',
  'network_away',
  'network_wait',
  'no_worker',
  'pool_exhausted',
  'waiting_decision',
  'waiting_retry',
]);
export type StallCause = z.infer<typeof stallCause>;

export const campaignStall = z.object({
  cause: stallCause,
  /** More about it, such as the cause of a number's hold. */
  detail: z.string().nullable(),
  since: z.iso.datetime(),
  /** When it ends by itself, where that is known. */
  until: z.iso.datetime().nullable(),
});
export type CampaignStall = z.infer<typeof campaignStall>;

/** `PATCH /campaigns/:id`: has effect while it is being sent, within two seconds. */
export const campaignPatch = z.strictObject({
  rate_per_second: z.number().min(leastRate).max(10_000).nullable(),
});
export type CampaignPatch = z.infer<typeof campaignPatch>;

export const campaign = z.object({
  id: publicId('campaign'),
  name: z.string(),
  template_id: publicId('template').nullable(),
  /** The template of the number's network that it sends, with the texts of its places; null for our own. */
  network_template: networkTemplateUse.nullable(),
  body: z.string(),
  connection_id: publicId('connection'),
  /** The pool whose numbers send it; null when `connection_id` alone does. */
  sender_pool_id: publicId('sender_pool').nullable(),
  audience,
  status: campaignStatus,
  unknown_policy: unknownPolicy,
  rate_per_second: z.number().nullable(),
  scheduled_at: z.iso.datetime().nullable(),
  timezone: z.string(),
  /** Whose clock says when. */
  clock: campaignClock,
  /** The start as it was asked for, on that clock; null for at once. */
  starts_at_local: z.string().nullable(),
  /** Null for always. */
  hours: sendingHours.nullable(),
  /** The opening that is under way or comes next; null for always open, and on the recipients' clocks. */
  opens_at: z.iso.datetime().nullable(),
  closes_at: z.iso.datetime().nullable(),
  late_policy: latePolicy,
  late_after_seconds: z.number().int(),
  /** Why it waits for somebody's decision: its start was missed, or the database was restored from a copy. */
  held: z.object({ cause: z.enum(['late', 'restored']), since: z.iso.datetime() }).nullable(),
  counters: campaignCounters,
  /** Why it makes no progress although it is running; null while it goes on. */
  stall: campaignStall.nullable(),
  error: z.object({ code: z.string(), detail: z.string().nullable() }).nullable(),
  created_at: z.iso.datetime(),
  started_at: z.iso.datetime().nullable(),
  finished_at: z.iso.datetime().nullable(),
});
export type Campaign = z.infer<typeof campaign>;

/** `POST /campaigns` makes a draft; nothing is sent. */
const campaignFields = z.strictObject({
  name: z.string().trim().min(1).max(120),
  /** Our own template, or one of the number's network. */
  template_id: publicId('template').optional(),
  network_template: networkTemplateUse.optional(),
  connection_id: publicId('connection').optional(),
  /** Sent by the numbers of a pool together, instead of by one. */
  sender_pool_id: publicId('sender_pool').nullable().optional(),
  audience,
  unknown_policy: unknownPolicy.default('at_most_once'),
  rate_per_second: z.number().min(leastRate).max(10_000).nullable().default(null),
  /** When it may send; always when absent. */
  hours: sendingHours.nullable().optional(),
});
const hasOneTemplate = (input: { template_id?: unknown; network_template?: unknown }): boolean =>
  (input.template_id === undefined) !== (input.network_template === undefined);
const eitherTemplate = 'either template_id or network_template';
export const campaignInput = campaignFields.refine(hasOneTemplate, eitherTemplate);
export type CampaignInput = z.infer<typeof campaignInput>;

const scheduleFields = {
  timezone,
  late_policy: latePolicy.default('send'),
  /** How much later than its start a campaign is late. */
  late_after_seconds: z.int().min(0).max(2_592_000).default(3600),
};

/**
 * `POST /campaigns/:id/schedule`: an instant, whose zone is kept to show it, or a time on a clock: the campaign's zone,
 * or each recipient's own.
 */
export const campaignSchedule = z.union([
  z.strictObject({ scheduled_at: z.iso.datetime({ offset: true }), ...scheduleFields }),
  z.strictObject({
    starts_at_local: localDateTime,
    clock: campaignClock.default('campaign'),
    ...scheduleFields,
  }),
]);
export type CampaignSchedule = z.infer<typeof campaignSchedule>;

/** `POST /campaigns/:id/schedule/preview`: what a schedule would mean; nothing is stored. */
export const schedulePreview = z.object({
  /** Who can be written to. */
  recipients: z.number().int(),
  /** Those in whose zones the start has passed by more than is allowed. */
  too_late: z.number().int(),
  /** The start, and when the first message may leave: later when the start lies outside the hours. */
  starts_at: z.iso.datetime(),
  first_at: z.iso.datetime(),
  /** When the last zone may begin; the same as `first_at` on the campaign's clock. */
  last_zone_at: z.iso.datetime(),
  /** Null when nothing says how long it takes, or when it would not end within a year. */
  finishes_at: z.iso.datetime().nullable(),
  /** Why the first message does not leave at the start; null when it does. A holiday may have no name. */
  wait: z.object({ cause: z.enum(['hours', 'holiday']), holiday: z.string().nullable() }).nullable(),
  /** The largest first; one on the campaign's clock. */
  zones: z.array(z.object({ zone: z.string(), recipients: z.number().int(), begins_at: z.iso.datetime() })),
  more_zones: z.number().int(),
});
export type SchedulePreview = z.infer<typeof schedulePreview>;

/** Why a recipient will not get a campaign. */
export const skipReason = z.enum([
  'opted_out',
  'no_phone',
  'missing_variable',
  'cancelled',
  'contact_deleted',
  'too_late',
  'restored',
  'content_invalid',
  'frequency_cap',
]);
export type SkipReason = z.infer<typeof skipReason>;

/** `POST /campaigns/preflight`, `GET /campaigns/:id/preflight`: who will and will not get it, and why. */
export const preflight = z.object({
  total: z.number().int(),
  will_receive: z.number().int(),
  skipped: z.array(z.object({ reason: skipReason, count: z.number().int() })),
  missing_variables: z.array(z.object({ variable: z.string(), contacts: z.number().int() })),
  estimated_seconds: z.number().nullable(),
  /** Of those who will receive it: numbers that no phone can have. They will fail. */
  invalid: z.number().int(),
  /** Of those who will receive it: the same phone a second time, by Brazil's ninth digit. */
  duplicates: z.number().int(),
  /** Have had as many campaigns as the tenant allows; left out or later, by the tenant's policy. */
  capped: z.number().int(),
  /** What today's caps still allow; null for any number. */
  left_today: z.number().int().nullable(),
  expected_start_at: z.iso.datetime(),
  /** By rates, caps and hours; null when none of them says, or when it would not end within a year. */
  expected_finish_at: z.iso.datetime().nullable(),
  sample: z.array(
    z.object({
      contact_id: publicId('contact'),
      name: z.string().nullable(),
      phone: z.string(),
      text: z.string(),
    }),
  ),
});
export type Preflight = z.infer<typeof preflight>;

export const preflightInput = campaignFields.omit({ name: true }).refine(hasOneTemplate, eitherTemplate);

/** `POST /campaigns/:id/unknown`: what happens to the recipients whose outcome was lost. */
/** `PUT /campaigns/:id/hours`: when it may send, also while it is running; null for always. */
export const campaignHours = z.strictObject({ hours: sendingHours.nullable() });

export const unknownDecision = z.strictObject({ decision: z.enum(['resend', 'leave']) });

export const messageState = z.enum([
  'pending',
  'claimed',
  'sending',
  'sent',
  'delivered',
  'read',
  'failed',
  'dlq',
  'skipped',
  'unknown',
]);
export type MessageState = z.infer<typeof messageState>;

export const message = z.object({
  id: publicId('message'),
  contact_id: publicId('contact'),
  contact_name: z.string().nullable(),
  recipient: z.string().nullable(),
  state: messageState,
  attempts: z.number().int(),
  reason: z.string().nullable(),
  sent_at: z.iso.datetime().nullable(),
  delivered_at: z.iso.datetime().nullable(),
  read_at: z.iso.datetime().nullable(),
});
export type Message = z.infer<typeof message>;

/** `GET /campaigns/:id/messages`. */
export const messageListQuery = pageQuery.extend({ state: messageState.optional() });
export type MessageListQuery = z.infer<typeof messageListQuery>;
