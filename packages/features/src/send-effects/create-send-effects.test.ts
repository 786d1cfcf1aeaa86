import type { SendOutcome } from '@zaphub/providers';
import { useTestDatabase } from '@zaphub/testing';
import { describe, expect, test } from 'vitest';
import { type LedgerFixture, ledgerFixture } from '../ledger-fixture.ts';
import { createSendEffects } from './create-send-effects.ts';

const database = useTestDatabase();

type Failure = Exclude<SendOutcome, { kind: 'sent' }>;

async function stage() {
  const ledger = await ledgerFixture(database, { recipients: 3 });
  const apply = createSendEffects({ db: ledger.db });
  const answer = (...outcomes: SendOutcome[]): Promise<void> =>
    apply({
      ...ledger,
      answers: outcomes.map((outcome, i) => ({ contactId: ledger.contactIds[i] ?? '', outcome })),
    });
  return { ledger, answer };
}

const one = <R>(ledger: LedgerFixture, text: string): Promise<R> =>
  ledger.db.system((tx) => tx.one<R>(text, [ledger.tenantId]));
const rows = <R>(ledger: LedgerFixture, text: string): Promise<R[]> =>
  ledger.db.system((tx) => tx.rows<R>(text, [ledger.tenantId]));

const error = {
  code: 190,
  httpStatus: 401,
  details: 'The access token could not be decrypted',
  traceId: 'Ab',
};
const revoked: Failure = {
  kind: 'not_sent',
  code: 'token_invalid',
  retryAfterMs: 900_000,
  effect: 'pause_connection',
  error,
};

describe('an answer that says', () => {
  test('that the number can send nothing holds it, with the cause and the network’s words', async () => {
    const { ledger, answer } = await stage();
    await answer(revoked, revoked, { kind: 'sent', providerMessageId: 'x' });
    expect(
      await one(
        ledger,
        `select hold_cause, hold_detail, hold_until between now() + interval '14 min' and now() + interval '16 min' as soon
         from connections where tenant_id = $1`,
      ),
    ).toEqual({
      hold_cause: 'token_invalid',
      hold_detail: '(190) The access token could not be decrypted [Ab]',
      soon: true,
    });
  });

  test('that it was too fast halves the lane’s rate once a burst, and a minute of peace gives it back', async () => {
    const { ledger, answer } = await stage();
    const slower: Failure = { kind: 'not_sent', code: 'throttled', retryAfterMs: 1_000, effect: 'slow_down' };
    const now = (): Promise<unknown> =>
      one(
        ledger,
        `select slow_cause as cause, app.slow_steps_now(slow_steps, slowed_at) as steps from lanes where tenant_id = $1`,
      );
    const pass = (seconds: number): Promise<number> =>
      ledger.run(`update lanes set slowed_at = slowed_at - $2 * interval '1 second' where tenant_id = $1`, [
        ledger.tenantId,
        seconds,
      ]);
    await answer(slower, slower);
    await answer(slower);
    expect(await now()).toEqual({ cause: 'throttled', steps: 1 });
    await pass(2);
    await answer(slower);
    expect(await now()).toEqual({ cause: 'throttled', steps: 2 });
    await pass(61);
    expect(await now()).toEqual({ cause: 'throttled', steps: 1 });
    await answer(slower);
    expect(await now()).toEqual({ cause: 'throttled', steps: 2 });
    await pass(130);
    expect(await now()).toEqual({ cause: 'throttled', steps: 0 });
    expect(
      await rows(ledger, `select type, cause from connection_events where tenant_id = $1 order by id`),
    ).toEqual(Array.from({ length: 3 }, () => ({ type: 'connection.slowed', cause: 'throttled' })));
  });

  test('that nobody can get this pauses the campaign, with the reason', async () => {
    const { ledger, answer } = await stage();
    const paused: Failure = {
      kind: 'refused',
      code: 'template_paused',
      effect: 'pause_campaign',
      error: { code: 132_015, details: 'Template is paused' },
    };
    await answer(paused);
    await answer(paused);
    expect(
      await one(
        ledger,
        'select status, resume_status, error_code, error_detail from campaigns where tenant_id = $1',
      ),
    ).toEqual({
      status: 'paused',
      resume_status: 'running',
      error_code: 'template_paused',
      error_detail: '(132015) Template is paused',
    });
  });

  test('that a person wants no more opts them out, with the proof', async () => {
    const { ledger, answer } = await stage();
    await answer(
      { kind: 'sent', providerMessageId: 'x' },
      {
        kind: 'refused',
        code: 'marketing_opted_out',
        effect: 'opt_out',
        error: { code: 131_050, details: 'The user has stopped marketing' },
      },
    );
    const outs = await rows<{ id: string; source: string }>(
      ledger,
      'select id, opt_out_source as source from contacts where tenant_id = $1 and opted_out_at is not null',
    );
    expect(outs).toEqual([{ id: ledger.contactIds[1], source: 'provider' }]);
    expect(await rows(ledger, 'select action, evidence from opt_out_proofs where tenant_id = $1')).toEqual([
      { action: 'opt_out', evidence: 'marketing_opted_out: (131050) The user has stopped marketing' },
    ]);
  });

  test('anything about another tenant’s number or campaign changes nothing there', async () => {
    const { ledger } = await stage();
    const other = await ledgerFixture(database, { recipients: 1 });
    await createSendEffects({ db: ledger.db })({
      tenantId: other.tenantId,
      connectionId: ledger.connectionId,
      campaignId: ledger.campaignId,
      answers: [
        { contactId: ledger.contactIds[0] ?? '', outcome: revoked },
        {
          contactId: ledger.contactIds[0] ?? '',
          outcome: { kind: 'refused', code: 'template_paused', effect: 'pause_campaign' },
        },
      ],
    });
    expect(await one(ledger, 'select hold_cause from connections where tenant_id = $1')).toEqual({
      hold_cause: null,
    });
    expect(await one(ledger, 'select status from campaigns where tenant_id = $1')).toEqual({
      status: 'running',
    });
  });
});
