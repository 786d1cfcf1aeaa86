import type { NetworkError, SendEffect } from '@zaphub/providers';

/**
 * What kind of trouble ended a message, which is what can be done about it. `recipient`: this person cannot get it, or
 * does not want it. `message`: what it says is not taken. `template`: the network's template. `sender`: the number or
 * its account. `exhausted`: nothing was wrong with it, but it was tried as often as it may be. `rejected`: the network
 * said no and nothing more.
 */
export type FailureClass = 'recipient' | 'message' | 'template' | 'sender' | 'exhausted' | 'rejected';

/** What is kept of an answer beside the row it is about. */
export interface FailureNotes {
  readonly class?: FailureClass;
  readonly effect?: SendEffect;
  readonly error?: NetworkError;
}

/** Every reason that says more than no; providers of other networks use the same words for the same things. */
const classes: ReadonlyMap<string, FailureClass> = new Map<string, FailureClass>([
  ...of('recipient', [
    'blocked',
    'country_not_allowed',
    'in_experiment',
    'marketing_opted_out',
    'not_on_whatsapp',
    'recipient_blocked',
    'recipient_invalid',
    'recipient_limit',
    'recipient_marketing_limit',
    'recipient_unavailable',
    'window_closed',
  ]),
  ...of('message', [
    'content_invalid',
    'content_unsupported',
    'media_rejected',
    'media_too_big',
    'media_type_unsupported',
    'media_unreachable',
    'media_upload_failed',
    'message_invalid',
    'request_invalid',
    'too_long',
  ]),
  ...of('template', ['template_disabled', 'template_mismatch', 'template_missing', 'template_paused']),
  ...of('sender', [
    'account_missing',
    'account_restricted',
    'banned',
    'billing_problem',
    'display_name_missing',
    'gateway_missing',
    'logged_out',
    'new_people_limited',
    'not_allowed',
    'number_not_registered',
    'permission_missing',
    'quality_limit',
    'session_down',
    'token_invalid',
  ]),
]);

/** The class of a reason that ended a message; one that nobody knows is a plain no. */
export function failureClassOf(reason: string | undefined): FailureClass {
  return (reason === undefined ? undefined : classes.get(reason)) ?? 'rejected';
}

/** Notes as a statement takes them: class, effect, the network's code, HTTP status, details and trace id. */
export function noteColumns(notes: readonly FailureNotes[]): readonly (readonly unknown[])[] {
  return [
    notes.map((one) => one.class ?? null),
    notes.map((one) => one.effect ?? null),
    notes.map((one) => one.error?.code ?? null),
    notes.map((one) => one.error?.httpStatus ?? null),
    notes.map((one) => one.error?.details ?? null),
    notes.map((one) => one.error?.traceId ?? null),
  ];
}

function of(failureClass: FailureClass, reasons: readonly string[]): [string, FailureClass][] {
  return reasons.map((reason) => [reason, failureClass]);
}
