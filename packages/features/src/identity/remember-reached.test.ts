import { createTenant, useTestDatabase } from '@zaphub/testing';
import { expect, test } from 'vitest';
import { undoPair } from './merge/undo-pair.ts';
import { phoneForms } from './phone-forms.ts';
import { rememberReached } from './remember-reached.ts';
import { resolvePeople } from './resolve-people.ts';

const database = useTestDatabase();

test('the form that a network knows is used next, found again, and forgotten when the number works after all', async () => {
  const tenant = await createTenant(database.system);
  const { scope, tenantId, connectionId } = tenant;
  const add = (phone: string) =>
    database.system.system((tx) =>
      tx.one<{ id: string }>('insert into contacts (tenant_id, phone) values ($1, $2) returning id', [
        tenantId,
        phone,
      ]),
    );
  const state = async (id: string) =>
    (
      await database.system.system((tx) =>
        tx.one<{ reached_as: string | null }>('select reached_as from contacts where id = $1', [id]),
      )
    ).reached_as;
  const told = (contactId: string, to: string, reachedAs: string) =>
    rememberReached(database.system.statement, tenantId, [{ contactId, to, reachedAs }]);
  const find = async (phone: string) => {
    const seen = { connectionId, provider: 'cloud-api', person: { phone } };
    const [person] = await database.api.tenant(scope, (tx) => resolvePeople(tx, scope, [seen]));
    return person?.contactId;
  };

  const [phone = '', old = ''] = phoneForms('+5585987654321');
  const { id } = await add(phone);
  await told(id, phone, old);
  expect(await state(id)).toBe(old);
  await told(id, old, phone);
  expect(await state(id)).toBeNull();

  // A form that nobody would have guessed leads to the contact, and is not taken from whoever has it.
  const other = await add('+541123456789');
  await told(other.id, '+541123456789', '+5491123456789');
  expect(await state(other.id)).toBe('+5491123456789');
  expect(await find('+5491123456789')).toBe(other.id);
  await told(other.id, '+541123456789', phone);
  expect(await state(other.id)).toBe('+5491123456789');
  // The contact has another number by now: what was learnt of the old one is nothing to it.
  await told(other.id, '+12025550123', '+12025550124');
  expect(await state(other.id)).toBe('+5491123456789');
  await told(other.id, '+541123456789', 'nonsense');
  expect(await state(other.id)).toBe('+5491123456789');
});

test('one number in both forms is one contact, whichever is heard first, and by many at once', async () => {
  const { scope, connectionId, tenantId } = await createTenant(database.system);
  const resolve = (phone: string) =>
    database.api.tenant(scope, (tx) =>
      resolvePeople(tx, scope, [{ connectionId, provider: 'baileys', person: { phone, userId: '77@lid' } }]),
    );
  const found = await Promise.all(
    Array.from({ length: 8 }, (_, n) => resolve(n % 2 === 0 ? '+558587654321' : '+5585987654321')),
  );
  expect(new Set(found.map(([person]) => person?.contactId)).size).toBe(1);
  const contacts = await database.system.system((tx) =>
    tx.rows('select phone from contacts where tenant_id = $1', [tenantId]),
  );
  expect(contacts).toEqual([{ phone: '+5585987654321' }]);
});

test('a hidden number and a number that turn out to be one person become one contact; an undo is respected', async () => {
  const { scope, connectionId, tenantId } = await createTenant(database.system);
  const resolve = async (person: { phone?: string; userId?: string }) => {
    const seen = { connectionId, provider: 'baileys', person };
    const [found] = await database.api.tenant(scope, (tx) => resolvePeople(tx, scope, [seen]));
    return found?.contactId;
  };
  const hidden = await resolve({ userId: '88:3@lid' });
  const known = await resolve({ phone: '+5511987654321' });
  expect(hidden).not.toBe(known);
  expect(await resolve({ phone: '+5511987654321', userId: '88@lid' })).toBe(known);
  expect(await resolve({ userId: '88@lid' })).toBe(known);
  const merges = await database.system.system((tx) =>
    tx.rows<{ id: string }>('select id, cause from contact_merges where tenant_id = $1', [tenantId]),
  );
  expect(merges).toMatchObject([{ cause: 'network' }]);
  await database.api.tenant(scope, (tx) => undoPair(tx, scope, merges[0]?.id ?? ''));
  expect(await resolve({ phone: '+5511987654321', userId: '88@lid' })).toBe(known);
  expect(await resolve({ userId: '88@lid' })).toBe(hidden);
});

test('an id that changes hands to somebody with another number leads to them', async () => {
  const { scope, connectionId } = await createTenant(database.system);
  const resolve = async (person: { phone?: string; userId?: string }) => {
    const seen = { connectionId, provider: 'cloud-api', person };
    const [found] = await database.api.tenant(scope, (tx) => resolvePeople(tx, scope, [seen]));
    return found?.contactId;
  };
  const first = await resolve({ phone: '+5511987654321', userId: 'BR.1' });
  const second = await resolve({ phone: '+5511987654322' });
  expect(await resolve({ phone: '+5511987654322', userId: 'BR.1' })).toBe(second);
  expect(await resolve({ userId: 'BR.1' })).toBe(second);
  expect(await resolve({ phone: '+5511987654321' })).toBe(first);
  // Whose id is known and whose number is new has changed their number: both lead to them.
  expect(await resolve({ phone: '+5511987654329', userId: 'BR.1' })).toBe(second);
  expect(await resolve({ phone: '+5511987654329' })).toBe(second);
});
