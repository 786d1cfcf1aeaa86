import type {
  Contact,
  ContactDuplicates,
  ContactIdentities,
  ContactMerge,
  ContactMergePreview,
} from '@zaphub/types';
import { useTestDatabase } from '@zaphub/testing';
import { fromPublicId, toPublicId } from '@zaphub/types';
import { describe, expect, test, vi } from 'vitest';
import { callRoute } from '../../call-route.ts';
import { ledgerFixture, temporaryFolder } from '../../ledger-fixture.ts';
import { endClaim, markSending } from '../../messages/index.ts';
import { optIn, optOut } from '../../opt-outs/index.ts';
import { verifyLedger } from '../../verify/index.ts';
import { identityRoutes } from '../routes.ts';

const database = useTestDatabase();

/** Two contacts with a campaign that has both. */
async function two() {
  const ledger = await ledgerFixture(database, { recipients: 2 });
  const [a = '', b = ''] = ledger.contactIds;
  const as = { db: database.api, scope: ledger.scope };
  return {
    ...ledger,
    a,
    b,
    merge: (kept = a, merged = b) =>
      callRoute<ContactMerge>(identityRoutes, 'POST /contacts/:contact_id/merge', as, {
        ids: { contact_id: kept },
        body: { contact_id: toPublicId('contact', merged) },
      }),
    undo: (merge: ContactMerge) =>
      callRoute<ContactMerge>(identityRoutes, 'POST /contacts/merges/:merge_id/undo', as, {
        ids: { merge_id: fromPublicId('merge', merge.id) ?? '' },
      }),
    preview: (kept = a, merged = b) =>
      callRoute<ContactMergePreview>(identityRoutes, 'POST /contacts/:contact_id/merge/preview', as, {
        ids: { contact_id: kept },
        body: { contact_id: toPublicId('contact', merged) },
      }),
    duplicates: (id = a) =>
      callRoute<ContactDuplicates>(identityRoutes, 'GET /contacts/:contact_id/duplicates', as, {
        ids: { contact_id: id },
      }),
    identities: (id = a) =>
      callRoute<ContactIdentities>(identityRoutes, 'GET /contacts/:contact_id/identities', as, {
        ids: { contact_id: id },
      }),
    list: () =>
      callRoute<{ data: ContactMerge[] }>(identityRoutes, 'GET /contacts/:contact_id/merges', as, {
        ids: { contact_id: a },
      }),
    optOut: (id: string) =>
      database.api.tenant(ledger.scope, (tx) =>
        optOut(tx, ledger.scope, { contactIds: [id], source: 'manual' }),
      ),
    optIn: (id: string) =>
      database.api.tenant(ledger.scope, (tx) =>
        optIn(tx, ledger.scope, { contactIds: [id], source: 'manual' }),
      ),
    rows: <R>(text: string, values: readonly unknown[] = [ledger.tenantId]) =>
      database.system.system((tx) => tx.rows<R>(text, values)),
    set: (id: string, change: string) => ledger.run(`update contacts set ${change} where id = $1`, [id]),
    add: (n: number) =>
      database.system.system((tx) =>
        tx.one<{ id: string }>(`insert into contacts (tenant_id, phone) values ($1, $2) returning id`, [
          ledger.tenantId,
          `+55219000000${n}`,
        ]),
      ),
  };
}

type People = Awaited<ReturnType<typeof two>>;

/** Everything that a merge touches, but for its own trace. */
const everything = async (s: People) => ({
  contacts: await s.rows(
    `select id, phone, reached_as, name, attributes, consent_source, merged_into, opted_out_at is not null as out
     from contacts where tenant_id = $1 order by id`,
  ),
  tags: await s.rows('select tag, contact_id from contact_tags where tenant_id = $1 order by 1, 2'),
  conversations: await s.rows(
    `select id, contact_id, connection_id, unread, last_text from conversations where tenant_id = $1 order by id`,
  ),
  messages: await s.rows(
    'select id, conversation_id, contact_id from conversation_messages where tenant_id = $1 order by id',
  ),
  ledger: await s.rows(
    'select contact_id, state, reason, queued from messages where tenant_id = $1 order by position',
  ),
  counters: await s.counters(),
});

async function talk(s: People, contactId: string, text: string): Promise<void> {
  await s.run(
    `with v as (
       insert into conversations (tenant_id, contact_id, connection_id, unread, last_text) values ($1, $2, $3, 1, $4)
       on conflict (tenant_id, connection_id, contact_id) do update set unread = conversations.unread + 1 returning id
     )
     insert into conversation_messages (tenant_id, conversation_id, connection_id, contact_id, kind, key, content)
     select $1, id, $3, $2, 'text', $4, jsonb_build_object('kind', 'text', 'text', $4::text) from v`,
    [s.tenantId, contactId, s.connectionId, text],
  );
}

describe('a merge', () => {
  test('fills in what the kept contact lacks, and an undo puts everything back', async () => {
    const s = await two();
    await s.set(s.a, `name = null, attributes = '{"city":"Natal"}'`);
    await s.set(s.b, `name = 'Bia', attributes = '{"city":"Recife","vip":"yes"}', consent_source = 'form'`);
    await s.run(
      `insert into contact_tags (tenant_id, contact_id, tag) values ($1, $2, 'x'), ($1, $3, 'x'), ($1, $3, 'y')`,
      [s.tenantId, s.a, s.b],
    );
    await talk(s, s.a, 'from a');
    await talk(s, s.b, 'from b');
    const before = await everything(s);
    expect(await s.preview()).toMatchObject({
      kept: { name: null },
      merged: { name: 'Bia' },
      result: { name: 'Bia', opted_out: false },
      further_numbers: ['+5511900000001'],
      tags_added: ['y'],
      fields_added: ['vip'],
      fields_kept: ['city'],
      conversations_moved: 0,
      conversations_folded: 1,
      campaigns_shared: 1,
    });
    expect(await everything(s)).toEqual(before);
    const merge = await s.merge();
    await expect(s.preview()).rejects.toMatchObject({ code: 'conflict' });
    expect(merge).toMatchObject({ merged: { name: 'Bia' }, cause: 'manual', undone_at: null });
    expect(
      await s.rows('select name, attributes, consent_source from contacts where tenant_id = $1 and id = $2', [
        s.tenantId,
        s.a,
      ]),
    ).toEqual([{ name: 'Bia', attributes: { city: 'Natal', vip: 'yes' }, consent_source: 'form' }]);
    expect(
      await s.rows('select tag, contact_id from contact_tags where tenant_id = $1 order by tag'),
    ).toEqual([
      { tag: 'x', contact_id: s.a },
      { tag: 'y', contact_id: s.a },
    ]);
    expect(
      await s.rows('select contact_id, unread, last_text from conversations where tenant_id = $1'),
    ).toEqual([{ contact_id: s.a, unread: 2, last_text: 'from b' }]);
    expect(await s.undo(merge)).toMatchObject({ id: merge.id, undone_at: expect.any(String) });
    expect(await everything(s)).toEqual({
      ...before,
      ledger: before.ledger,
      conversations: expect.arrayContaining(before.conversations),
    });
    expect((await s.list()).data).toHaveLength(1);
    expect(await s.rows('select action from audit_log where tenant_id = $1 order by id')).toEqual([
      { action: 'contacts.merge' },
      { action: 'contacts.undo_merge' },
    ]);
  });

  test('gives a number to a contact without one, and an undo takes it away', async () => {
    const s = await two();
    await s.set(s.a, 'phone = null');
    await s.set(s.b, `reached_as = '+551100000001'`);
    const before = await everything(s);
    const merge = await s.merge();
    expect(await s.rows('select phone, reached_as from contacts where id = $1', [s.a])).toEqual([
      { phone: '+5511900000001', reached_as: '+551100000001' },
    ]);
    await s.undo(merge);
    expect(await everything(s)).toEqual(before);
  });

  test('keeps what was changed on purpose since, when it is undone', async () => {
    const s = await two();
    await s.set(s.a, 'name = null');
    await s.set(s.b, `name = 'Bia', attributes = '{"vip":"yes"}'`);
    const merge = await s.merge();
    await s.set(s.a, `name = 'Ana', attributes = '{"vip":"no"}'`);
    await s.undo(merge);
    expect(
      await s.rows('select name, attributes from contacts where id = any($1::uuid[]) order by name', [
        [s.a, s.b],
      ]),
    ).toEqual([
      { name: 'Ana', attributes: { vip: 'no' } },
      { name: 'Bia', attributes: { vip: 'yes' } },
    ]);
  });

  test('moves a conversation that only the other one has, and an undo gives it back with what came since', async () => {
    const s = await two();
    await talk(s, s.b, 'from b');
    const merge = await s.merge();
    const [thread] = await s.rows<{ id: string }>(
      'select id, contact_id from conversations where tenant_id = $1',
    );
    expect(thread).toMatchObject({ contact_id: s.a });
    for (const [contact, text] of [
      [s.a, 'a since'],
      [s.b, 'b since'],
    ]) {
      await s.run(
        `insert into conversation_messages (tenant_id, conversation_id, connection_id, contact_id, kind, content)
         values ($1, $2, $3, $4, 'text', jsonb_build_object('text', $5::text))`,
        [s.tenantId, thread?.id, s.connectionId, contact, text],
      );
    }
    await s.undo(merge);
    expect(
      await s.rows(
        'select contact_id, unread, last_text, id = $2 as same from conversations where tenant_id = $1 order by last_text',
        [s.tenantId, thread?.id],
      ),
    ).toEqual([
      { contact_id: s.a, unread: 1, last_text: 'a since', same: false },
      { contact_id: s.b, unread: 2, last_text: 'b since', same: true },
    ]);
  });

  test('of what is one already, of itself and of strangers is refused', async () => {
    const [s, other] = [await two(), await two()];
    const merge = await s.merge();
    for (const [kept, merged] of [
      [s.a, s.b],
      [s.b, s.a],
      [s.a, s.a],
    ] as const) {
      await expect(s.merge(kept, merged)).rejects.toMatchObject({ code: 'conflict' });
    }
    await expect(s.merge(s.a, other.b)).rejects.toMatchObject({ code: 'not_found' });
    await expect(other.undo(merge)).rejects.toMatchObject({ code: 'not_found' });
    await s.undo(merge);
    await expect(s.undo(merge)).rejects.toMatchObject({ code: 'conflict' });
  });

  test('of what has parts keeps the parts, and is undone from the last one', async () => {
    const s = await two();
    const { id: c } = await s.add(1);
    const first = await s.merge(s.b, c);
    const second = await s.merge(s.a, s.b);
    expect(await s.rows('select id from contacts where merged_into = $1', [s.a])).toHaveLength(2);
    await expect(s.undo(first)).rejects.toMatchObject({ code: 'conflict' });
    await s.undo(second);
    expect(await s.rows('select id from contacts where merged_into = $1', [s.b])).toEqual([{ id: c }]);
    await s.undo(first);
    expect(await s.rows('select id from contacts where tenant_id = $1 and merged_into is not null')).toEqual(
      [],
    );
  });
});

describe('an opt-out', () => {
  const states = (s: People) =>
    s.rows<{ out: boolean }>(
      'select opted_out_at is not null as out from contacts where tenant_id = $1 order by id',
    );

  test.each(['a', 'b'] as const)('of %s counts for both, and for it alone after an undo', async (who) => {
    const s = await two();
    await s.optOut(s[who]);
    const merge = await s.merge();
    expect(await states(s)).toEqual([{ out: true }, { out: true }]);
    await s.undo(merge);
    expect(await states(s)).toEqual([{ out: who === 'a' }, { out: who === 'b' }]);
  });

  test('that somebody said since the merge outlives its undo, and holds for both', async () => {
    const s = await two();
    const merge = await s.merge();
    await s.optOut(s.b);
    expect(await states(s)).toEqual([{ out: true }, { out: true }]);
    await s.undo(merge);
    expect(await states(s)).toEqual([{ out: true }, { out: true }]);
  });

  test('from before is back after an undo, although the one contact had opted in again', async () => {
    const s = await two();
    await s.optOut(s.b);
    const merge = await s.merge();
    await s.optIn(s.a);
    expect(await states(s)).toEqual([{ out: false }, { out: false }]);
    await s.undo(merge);
    expect(await states(s)).toEqual([{ out: false }, { out: true }]);
  });
});

describe('a campaign under way', () => {
  const ledger = (s: People) =>
    s.rows<{ state: string }>(
      'select state, reason, queued from messages where tenant_id = $1 order by position',
    );

  test('writes to one of two who are one, and to both again after an undo', async () => {
    const s = await two();
    const merge = await s.merge();
    expect(await ledger(s)).toMatchObject([
      { state: 'pending' },
      { state: 'skipped', reason: 'duplicate_contact', queued: false },
    ]);
    expect(await s.counters()).toEqual({ skipped: 1 });
    await s.undo(merge);
    expect(await ledger(s)).toMatchObject([
      { state: 'pending' },
      { state: 'pending', reason: null, queued: true },
    ]);
    expect(await s.counters()).toEqual({});
    const { dir, remove } = await temporaryFolder();
    const report = await verifyLedger(s.db, { journalDir: dir, campaignId: s.campaignId });
    await remove();
    expect(report.invariants.filter((invariant) => !invariant.isKept)).toEqual([]);
    const claims = [await s.claim(), await s.claim({ kind: 'retry' })];
    expect(claims.flatMap((claim) => claim?.messages ?? [])).toHaveLength(2);
  });

  test('that has written to one does not write to the other', async () => {
    const s = await two();
    await s.run(`update messages set state = 'sent', queued = false where campaign_id = $1 and position = 2`);
    await s.merge();
    expect(await ledger(s)).toMatchObject([
      { state: 'skipped', reason: 'duplicate_contact' },
      { state: 'sent' },
    ]);
  });

  test('that has claimed both marks one, and its claim ends as usual', async () => {
    const s = await two();
    const claim = await s.claim();
    expect(claim?.messages).toHaveLength(2);
    await s.merge();
    if (claim === undefined) throw new TypeError('nothing was claimed');
    const mark = await markSending(database.system.statement, {
      ...s,
      fence: claim.fence,
      messages: claim.messages,
    });
    expect([...mark.ids]).toEqual([claim.messages.find((each) => each.contactId === s.a)?.id]);
    await endClaim(database.system.statement, claim.fence);
    expect(await s.counters()).toEqual({ skipped: 1 });
  });

  test('that claims and marks while contacts merge writes to each person at most once', async () => {
    const s = await ledgerFixture(database, { recipients: 40 });
    const as = { db: database.api, scope: s.scope };
    const mergeAll = async () => {
      for (let at = 0; at < 40; at += 2) {
        await callRoute<Contact>(identityRoutes, 'POST /contacts/:contact_id/merge', as, {
          ids: { contact_id: s.contactIds[at] ?? '' },
          body: { contact_id: toPublicId('contact', s.contactIds[at + 1] ?? '') },
        });
      }
    };
    const sendAll = async () => {
      for (
        let claim = await s.claim({ limit: 7 });
        claim !== undefined;
        claim = await s.claim({ limit: 7 })
      ) {
        await markSending(database.system.statement, { ...s, fence: claim.fence, messages: claim.messages });
      }
    };
    await Promise.all([mergeAll(), sendAll()]);
    const twice = await database.system.system((tx) =>
      tx.rows(
        `select coalesce(c.merged_into, c.id) from messages m join contacts c on c.id = m.contact_id
           join contact_merges g on g.merged_id = c.id or g.kept_id = c.id
         where m.campaign_id = $1 and m.marked_at > g.merged_at group by 1 having count(*) > 1`,
        [s.campaignId],
      ),
    );
    expect(twice).toEqual([]);
    const counters = await s.counters();
    expect(counters['skipped'] ?? 0).toBe((await s.states())['skipped'] ?? 0);
  });

  test('that is being prepared at that moment writes to one of them', async () => {
    const s = await two();
    await s.run(`update campaigns set status = 'preparing' where id = $1`);
    await s.run('delete from messages where campaign_id = $1 and position = 2');
    let merging: Promise<unknown> = Promise.resolve();
    await database.system.system(async (tx) => {
      await tx.run('select from campaigns where id = $1 for update', [s.campaignId]);
      await tx.run(
        `insert into messages (tenant_id, campaign_id, contact_id, connection_id, position, recipient)
         values ($1, $2, $3, $4, 2, '+5511900000001')`,
        [s.tenantId, s.campaignId, s.b, s.connectionId],
      );
      merging = s.merge();
      await vi.waitFor(async () => {
        const waiting = await s.rows(
          `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
             and query like 'select from campaigns%'`,
          [],
        );
        expect(waiting).toHaveLength(1);
      });
    });
    await merging;
    expect(await ledger(s)).toMatchObject([{ state: 'pending' }, { state: 'skipped' }]);
  });
});

test('two merges of the same contacts at once end with one', async () => {
  const s = await two();
  const results = await Promise.allSettled([s.merge(s.a, s.b), s.merge(s.b, s.a), s.merge(s.a, s.b)]);
  expect(results.filter((each) => each.status === 'fulfilled')).toHaveLength(1);
  for (const each of results)
    if (each.status === 'rejected') expect(each.reason).toMatchObject({ code: 'conflict' });
  expect(
    await s.rows('select id from contacts where tenant_id = $1 and merged_into is not null'),
  ).toHaveLength(1);
});

describe('who may be the same person', () => {
  test('is told by number, username and name, the surest first, and whether it was denied before', async () => {
    const s = await two();
    await s.set(s.a, `name = 'Bia Souza', phone = '+5511987654321'`);
    await s.set(s.b, `name = ' bia souza', phone = '+551187654321'`);
    const { id: c } = await s.add(1);
    const { id: d } = await s.add(2);
    await s.set(c, `name = 'Bia Souza'`);
    for (const id of [s.a, d]) {
      await s.run(
        `insert into contact_identities (tenant_id, kind, value, connection_id, contact_id) values ($1, 'username', 'bia', $2, $2)`,
        [s.tenantId, id],
      );
    }
    const found = (await s.duplicates()).data.map((each) => [each.reason, each.id, each.was_undone]);
    expect(found).toEqual([
      ['number', toPublicId('contact', s.b), false],
      ['username', toPublicId('contact', d), false],
      ['name', toPublicId('contact', c), false],
    ]);
    await s.undo(await s.merge());
    expect((await s.duplicates()).data[0]).toMatchObject({ reason: 'number', was_undone: true });
    await s.merge();
    expect((await s.duplicates()).data.map((each) => each.reason)).toEqual(['username', 'name']);
  });

  test('shows both forms of a Brazilian number, and which one messages go to', async () => {
    const s = await two();
    await s.set(s.a, `phone = '+5511987654321'`);
    const forms = (used: string) =>
      ['+5511987654321', '+551187654321'].map((value) => ({ value, is_used: value === used }));
    expect(await s.identities()).toMatchObject({ forms: forms('+5511987654321'), is_form_known: false });
    await s.set(s.a, `reached_as = '+551187654321'`);
    expect(await s.identities()).toMatchObject({ forms: forms('+551187654321'), is_form_known: true });
    await s.set(s.a, 'phone = null, reached_as = null');
    expect(await s.identities()).toMatchObject({ forms: [] });
    await expect(s.identities(crypto.randomUUID())).rejects.toMatchObject({ code: 'not_found' });
    await expect(s.duplicates(crypto.randomUUID())).rejects.toMatchObject({ code: 'not_found' });
  });
});
