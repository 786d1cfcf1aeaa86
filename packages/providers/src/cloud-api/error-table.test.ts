import { describe, expect, it } from 'vitest';
import { outcomeOfError } from './classify.ts';
import { errorTable } from './error-table.ts';
import { graphErrorOf } from './graph-error.ts';

const outcome = (code: number, httpStatus = 400, more: { attempt?: number; waitMs?: number } = {}) => {
  const error = graphErrorOf(httpStatus, {
    error: {
      message: `(#${code}) Title`,
      type: 'OAuthException',
      code,
      error_data: { messaging_product: 'whatsapp', details: 'Why.' },
      fbtrace_id: 'Az8',
    },
  });
  if (error === undefined) throw new Error('the error object was not read');
  return outcomeOfError(error, { waitMs: more.waitMs, attempt: more.attempt ?? 1 });
};

describe('the errors that Meta documents', () => {
  it.each([
    [190, 'not_sent', 'pause_connection', 'token_invalid'],
    [0, 'not_sent', 'pause_connection', 'token_invalid'],
    [10, 'not_sent', 'pause_connection', 'permission_missing'],
    [200, 'not_sent', 'pause_connection', 'permission_missing'],
    [299, 'not_sent', 'pause_connection', 'permission_missing'],
    [368, 'not_sent', 'pause_connection', 'account_restricted'],
    [131031, 'not_sent', 'pause_connection', 'account_restricted'],
    [131048, 'not_sent', 'pause_connection', 'quality_limit'],
    [131042, 'not_sent', 'pause_connection', 'billing_problem'],
    [133010, 'not_sent', 'pause_connection', 'number_not_registered'],
    [4, 'not_sent', 'slow_down', 'throttled'],
    [80007, 'not_sent', 'slow_down', 'throttled'],
    [130429, 'not_sent', 'slow_down', 'throttled'],
    [131057, 'not_sent', 'slow_down', 'maintenance'],
    [131056, 'not_sent', 'wait_recipient', 'recipient_limit'],
    [131000, 'not_sent', undefined, 'network_error'],
    [131050, 'refused', 'opt_out', 'marketing_opted_out'],
    [131026, 'refused', undefined, 'recipient_unavailable'],
    [131047, 'refused', undefined, 'window_closed'],
    [131049, 'not_sent', 'wait_recipient', 'recipient_marketing_limit'],
    [130472, 'refused', undefined, 'in_experiment'],
    [131051, 'refused', undefined, 'message_invalid'],
    [131053, 'refused', undefined, 'media_rejected'],
    [100, 'refused', undefined, 'message_invalid'],
    [132000, 'refused', undefined, 'template_mismatch'],
    [132001, 'refused', 'pause_campaign', 'template_missing'],
    [132005, 'refused', undefined, 'template_mismatch'],
    [132007, 'refused', 'pause_campaign', 'template_disabled'],
    [132012, 'refused', undefined, 'template_mismatch'],
    [132015, 'refused', 'pause_campaign', 'template_paused'],
    [132016, 'refused', 'pause_campaign', 'template_disabled'],
    [1, 'unknown', undefined, 'server_error'],
    [2, 'unknown', undefined, 'server_error'],
  ])('%i is %s, with effect %s, because of %s', (code, kind, effect, reason) => {
    const seen = outcome(code);
    expect(seen).toMatchObject({ kind, code: reason, error: { code, details: 'Why.', traceId: 'Az8' } });
    expect('effect' in seen ? seen.effect : undefined).toBe(effect);
  });

  it('says how long to wait whenever the message may be asked again', () => {
    for (const code of errorTable.keys()) {
      const seen = outcome(code);
      if (seen.kind === 'not_sent') expect(seen.retryAfterMs).toBeGreaterThanOrEqual(1_000);
    }
  });

  it('leaves a person at the marketing limit alone for a day, and for good the third time', () => {
    expect(outcome(131049, 400, { attempt: 2 })).toMatchObject({ retryAfterMs: 86_400_000 });
    expect(outcome(131049, 400, { attempt: 3 })).toMatchObject({
      kind: 'refused',
      code: 'recipient_marketing_limit',
    });
  });

  it('waits as long as the answer asks, and for one person longer each time', () => {
    expect(outcome(80007, 400, { waitMs: 1_140_000 })).toMatchObject({ retryAfterMs: 1_140_000 });
    const waits = [1, 2, 3, 4, 5, 6, 20].map((attempt) => outcome(131056, 400, { attempt }));
    expect(waits.map((one) => one.kind === 'not_sent' && one.retryAfterMs)).toEqual([
      6_000, 6_000, 16_000, 64_000, 256_000, 1_024_000, 1_024_000,
    ]);
  });

  it('cannot know what a server error carried out, unless its code says that nothing left', () => {
    for (const code of [1, 2, 100, 131016, 131026, 132000, 999_999]) {
      expect(outcome(code, 500).kind).toBe('unknown');
    }
    expect(outcome(131000, 500)).toMatchObject({ kind: 'not_sent' });
    expect(outcome(190, 500)).toMatchObject({ kind: 'not_sent' });
  });

  it('slows down at 429 whatever the code, and ends a message at a code nobody has named', () => {
    expect(outcome(999_999, 429)).toMatchObject({ kind: 'not_sent', effect: 'slow_down' });
    expect(outcome(999_999)).toMatchObject({ kind: 'refused', code: 'rejected', error: { code: 999_999 } });
  });

  it('pauses the number at 401 and 403, whatever the code', () => {
    for (const status of [401, 403])
      expect(outcome(999_999, status)).toMatchObject({ effect: 'pause_connection' });
    expect(outcome(131026, 403)).toMatchObject({ kind: 'refused' });
  });

  it('asks again when Meta says that an error passes', () => {
    const error = graphErrorOf(400, { error: { code: 999_999, is_transient: true } });
    expect(error && outcomeOfError(error, { waitMs: undefined, attempt: 1 })).toMatchObject({
      kind: 'not_sent',
      retryAfterMs: 5_000,
    });
  });

  it.each([[undefined], ['<html>'], [{}], [{ error: 'no' }], [{ error: { code: '190' } }], [[]]])(
    'reads no error in %j',
    (body) => {
      expect(graphErrorOf(400, body)).toBeUndefined();
    },
  );
});
