/**
 * What is to be done about an error. `retry`: nothing left, ask again. `wait_recipient`: the same, for this person
 * only. `slow_down`: the same, for the whole number. `pause_connection`: nothing can leave until somebody acts.
 * `pause_campaign`: this message cannot leave to anybody. `opt_out`, `final`: this person does not get it. `unknown`:
 * the documentation does not say whether it left.
 */
export type ErrorClass =
  | 'retry'
  | 'wait_recipient'
  | 'slow_down'
  | 'pause_connection'
  | 'pause_campaign'
  | 'opt_out'
  | 'final'
  | 'unknown';

/** Why a message did not leave, one word for each thing that somebody can do about it. */
export type CloudReason =
  | 'account_restricted'
  | 'billing_problem'
  | 'country_not_allowed'
  | 'display_name_missing'
  | 'in_experiment'
  | 'maintenance'
  | 'marketing_opted_out'
  | 'media_rejected'
  | 'message_invalid'
  | 'network_error'
  | 'number_not_registered'
  | 'permission_missing'
  | 'quality_limit'
  | 'recipient_blocked'
  | 'recipient_limit'
  | 'recipient_marketing_limit'
  | 'recipient_unavailable'
  | 'rejected'
  | 'server_error'
  | 'template_disabled'
  | 'template_mismatch'
  | 'template_missing'
  | 'template_paused'
  | 'throttled'
  | 'token_invalid'
  | 'window_closed';

/** One line of the table. */
export interface ErrorRule {
  readonly class: ErrorClass;
  readonly reason: CloudReason;
  /** How long to wait, unless the answer itself says so. */
  readonly waitMs?: number;
}

/** A message refused with 131049 may be tried again after so long; sooner only brings the same answer. */
export const marketingLimitMs = 86_400_000;
/** Requests of a message after which 131049 is final: whoever reads so little does not want it. */
export const mostMarketingTries = 3;

const second = 1_000;
const minute = 60 * second;
/** A number that is paused is tried again by itself after so long, in case nobody tells us that it was mended. */
const pausedMs = 15 * minute;

const pause = (reason: CloudReason): ErrorRule => ({ class: 'pause_connection', reason, waitMs: pausedMs });
const slow = (reason: CloudReason, waitMs: number): ErrorRule => ({ class: 'slow_down', reason, waitMs });
const final = (reason: CloudReason): ErrorRule => ({ class: 'final', reason });
const campaign = (reason: CloudReason): ErrorRule => ({ class: 'pause_campaign', reason });
const unknown: ErrorRule = { class: 'unknown', reason: 'server_error' };

/**
 * Every code that sending can bring, by Meta's own page:
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes
 */
export const errorTable: ReadonlyMap<number, ErrorRule> = new Map<number, ErrorRule>([
  // The token, its permissions, the account.
  [0, pause('token_invalid')],
  [3, pause('permission_missing')],
  [10, pause('permission_missing')],
  [104, pause('token_invalid')],
  [190, pause('token_invalid')],
  [131005, pause('permission_missing')],
  [33, pause('number_not_registered')],
  [131045, pause('number_not_registered')],
  [133006, pause('number_not_registered')],
  [133010, pause('number_not_registered')],
  [131037, pause('display_name_missing')],
  [131042, pause('billing_problem')],
  [368, pause('account_restricted')],
  [131031, pause('account_restricted')],
  [131048, pause('quality_limit')],
  [131064, pause('quality_limit')],

  // Too fast.
  [4, slow('throttled', minute)],
  [80007, slow('throttled', minute)],
  [130429, slow('throttled', second)],
  [131057, slow('maintenance', minute)],
  [2494100, slow('maintenance', 3 * minute)],
  [131056, { class: 'wait_recipient', reason: 'recipient_limit' }],
  [131049, { class: 'wait_recipient', reason: 'recipient_marketing_limit', waitMs: marketingLimitMs }],

  // The network itself. Only 131000 is documented as "failed to send"; of the others nobody can know.
  [131000, { class: 'retry', reason: 'network_error', waitMs: 5 * second }],
  [1, unknown],
  [2, unknown],
  [131016, unknown],
  [133004, unknown],

  // The person.
  [130403, final('recipient_blocked')],
  [130472, final('in_experiment')],
  [130497, final('country_not_allowed')],
  [131021, final('recipient_unavailable')],
  [131026, final('recipient_unavailable')],
  [131047, final('window_closed')],
  [131050, { class: 'opt_out', reason: 'marketing_opted_out' }],
  [131062, final('recipient_unavailable')],

  // The message.
  [100, final('message_invalid')],
  [131008, final('message_invalid')],
  [131009, final('message_invalid')],
  [131051, final('message_invalid')],
  [131055, final('message_invalid')],
  [134011, final('message_invalid')],
  [134100, final('message_invalid')],
  [135000, final('message_invalid')],
  [131053, final('media_rejected')],

  // The template. What ails the values of one person ends that message, what ails the template all of them.
  [132000, final('template_mismatch')],
  [132005, final('template_mismatch')],
  [132012, final('template_mismatch')],
  [132018, final('template_mismatch')],
  [132001, campaign('template_missing')],
  [132007, campaign('template_disabled')],
  [132015, campaign('template_paused')],
  [132016, campaign('template_disabled')],
  [131063, campaign('template_disabled')],
  [132068, campaign('template_disabled')],
  [132069, campaign('template_paused')],
  [134102, campaign('template_disabled')],
  [134101, { class: 'retry', reason: 'template_paused', waitMs: 10 * minute }],
]);

/** The rule of a code; a code the page does not name is a documented refusal of unknown kind: final. */
export function ruleOfCode(code: number): ErrorRule {
  const rule = errorTable.get(code);
  if (rule !== undefined) return rule;
  return code >= 200 && code <= 299 ? pause('permission_missing') : final('rejected');
}

/**
 * How long to leave one person alone after 131056, in milliseconds: 4 to the power of the requests before, in seconds,
 * as https://developers.facebook.com/documentation/business-messaging/whatsapp/about-the-platform#pair-rate-limits
 * asks for. The first wait is the pair's own pace of 6 s.
 */
export function pairWaitMs(attempt: number): number {
  return Math.max(6, 4 ** Math.min(attempt - 1, 5)) * second;
}
