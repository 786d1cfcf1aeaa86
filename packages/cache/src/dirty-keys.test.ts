import { monotonicClock } from '@zaphub/concurrency';
import { expect, it, onTestFinished } from 'vitest';
import { DirtyKeys } from './dirty-keys.ts';

function open(options: Partial<ConstructorParameters<typeof DirtyKeys>[0]>): DirtyKeys {
  const nothing = (): Promise<void> => Promise.resolve();
  const dirty = new DirtyKeys({
    repair: nothing,
    repairAll: nothing,
    clock: monotonicClock,
    random: () => 0.999,
    ...options,
  });
  onTestFinished(() => dirty.close());
  return dirty;
}

it('a key is dirty until its repair has worked, however often that fails', async () => {
  let attempts = 0;
  const dirty = open({
    repair: () => (++attempts < 3 ? Promise.reject(new Error('away')) : Promise.resolve()),
  });
  dirty.add('a');
  expect([dirty.has('a'), dirty.has('b')]).toEqual([true, false]);
  await expect.poll(() => dirty.has('a'), { timeout: 5000 }).toBe(false);
  expect(attempts).toBe(3);
});

it('a key that is soiled during its repair is repaired again', async () => {
  const repaired: string[] = [];
  const gate = Promise.withResolvers<void>();
  const dirty = open({
    repair: (text) => {
      repaired.push(text);
      return repaired.length === 1 ? gate.promise : Promise.resolve();
    },
  });
  dirty.add('a');
  await expect.poll(() => repaired).toEqual(['a']);
  dirty.add('a');
  gate.resolve();
  await expect.poll(() => repaired, { timeout: 5000 }).toEqual(['a', 'a']);
  await expect.poll(() => dirty.size).toBe(0);
});

it('with too many keys everything is dirty, until everything has been removed', async () => {
  let repairs = 0;
  const gate = Promise.withResolvers<void>();
  const dirty = open({
    limit: 2,
    repairAll: () => {
      repairs++;
      return repairs === 1 ? gate.promise : Promise.resolve();
    },
  });
  for (const text of ['a', 'b', 'c', 'd']) dirty.add(text);
  expect(dirty.has('z')).toBe(true);
  await expect.poll(() => repairs).toBe(1);
  dirty.add('e');
  gate.resolve();
  await expect.poll(() => dirty.has('z'), { timeout: 5000 }).toBe(false);
  expect(repairs).toBe(2);
  expect(dirty.size).toBe(0);
});
