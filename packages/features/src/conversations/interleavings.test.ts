import type { InboundMessage, Person } from '@zaphub/providers';
import type { ContactMerge } from '@zaphub/types';
import { useTestDatabase } from '@zaphub/testing';
import { AppError, fromPublicId, toPublicId } from '@zaphub/types';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { callRoute } from '../call-route.ts';
import { identityRoutes } from '../identity/index.ts';
import { optOut } from '../opt-outs/index.ts';
import { type InboundFixture, inboundFixture } from './inbound-fixture.ts';

const database = useTestDatabase();

/** Ways to be heard from: a number in both forms, an id, or both; few people, so that they meet. */
const person = fc.integer({ min: 0, max: 5 }).chain((n) => {
  const eight = `8765${String(n).padStart(4, '0')}`;
  const [phone, short, userId] = [`+55119${eight}`, `+5511${eight}`, `BR.${n}`];
  return fc.constantFrom<Person>(
    { phone },
    { phone: short },
    { userId },
    { phone, userId },
    { phone: short, userId },
  );
});
const batch = fc.array(fc.tuple(person, fc.constantFrom('oi', 'SAIR', 'voltar', 'tudo bem?')), {
  minLength: 1,
  maxLength: 8,
});

async function mergeSome(s: InboundFixture): Promise<void> {
  const as = { db: database.api, scope: s.scope };
  const contacts = await s.rows<{ id: string }>(
    'select id from contacts where tenant_id = $1 and merged_into is null order by random() limit 2',
  );
  const [kept, merged] = contacts.map((row) => row.id);
  if (kept === undefined || merged === undefined) return;
  try {
    const merge = await callRoute<ContactMerge>(identityRoutes, 'POST /contacts/:contact_id/merge', as, {
      ids: { contact_id: kept },
      body: { contact_id: toPublicId('contact', merged) },
    });
    await callRoute(identityRoutes, 'POST /contacts/merges/:merge_id/undo', as, {
      ids: { merge_id: fromPublicId('merge', merge.id) ?? '' },
    });
  } catch (error) {
    // Another merge was quicker: that is an answer, not a failure.
    if (!(error instanceof AppError) || error.code !== 'conflict') throw error;
  }
}

test('whatever is stored, merged, undone and opted out at once: each message once, counted once, in one thread', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(batch, { minLength: 4, maxLength: 6 }), async (batches) => {
      const s = await inboundFixture(database, { recipients: 0 });
      const messages = batches.map((each) =>
        each.map(([from, text]): InboundMessage => s.message(from, text)),
      );
      const optOutAll = async () => {
        const rows = await s.rows<{ id: string }>(
          'select id from contacts where tenant_id = $1 order by random()',
        );
        await database.api.tenant(s.scope, (tx) =>
          optOut(tx, s.scope, { contactIds: rows.map((row) => row.id), source: 'csv' }),
        );
      };
      const first = messages[0] ?? [];
      await s.store(...first);
      await Promise.all([
        ...messages.map((each) => s.store(...each)),
        ...messages.map((each) => s.store(...each.toReversed())),
        mergeSome(s),
        mergeSome(s),
        optOutAll(),
      ]);
      const sent = messages.flat().length;
      const [state] = await s.rows<Record<string, number>>(
        `select (select count(*) from conversation_messages where tenant_id = $1) as stored,
           (select sum(unread) from conversations where tenant_id = $1) as unread,
           (select count(*) from conversations v join contacts c on c.id = v.contact_id
              where v.tenant_id = $1 and c.merged_into is not null) as hidden,
           (select count(*) from contacts c join contacts r on r.id = c.merged_into
              where c.tenant_id = $1 and r.merged_into is not null) as chains,
           (select count(*) from contacts where tenant_id = $1 and length(phone) = 13) as short_forms`,
      );
      expect(state).toEqual({ stored: sent, unread: sent, hidden: 0, chains: 0, short_forms: 0 });
    }),
    { numRuns: 4, endOnFailure: true },
  );
});
