import { describe, expect, it } from 'vitest';
import type { SessionStore } from '../session.ts';
import { loadBaileys } from './load-baileys.ts';
import { openStoredState, type StoredState } from './stored-state.ts';
import { createMemoryStore, type MemoryStore } from './testing/memory-store.ts';

const baileys = await loadBaileys();
const open = (store: SessionStore, cacheSize?: number): Promise<StoredState> =>
  openStoredState(baileys, store, { onFailure: () => undefined, ...(cacheSize ? { cacheSize } : {}) });
const session = (fill: number): Uint8Array => Buffer.alloc(4, fill);

/** A store whose writes wait until they are let through, one by one. */
function slowly(store: MemoryStore): SessionStore & { readonly letThrough: () => Promise<void> } {
  const held: (() => void)[] = [];
  return {
    ...store,
    async write(changes) {
      await new Promise<void>((resolve) => void held.push(resolve));
      await store.write(changes);
    },
    async letThrough() {
      await expect.poll(() => held.length, { interval: 1 }).toBe(1);
      held.shift()?.();
    },
  };
}

describe('the keys of a session', () => {
  it('come back as they were, in another process', async () => {
    const store = createMemoryStore();
    const first = await open(store);
    await first.auth.keys.set({ session: { a: session(1) }, 'lid-mapping': { b: '123' } });
    first.auth.creds.account = { details: Buffer.from('x') };
    first.saveCredentials();
    await first.settled();
    const second = await open(store);
    expect(second.isPaired).toBe(true);
    expect(second.auth.creds).toEqual(first.auth.creds);
    expect(await second.auth.keys.get('session', ['a', 'c'])).toEqual({ a: session(1) });
    expect(await second.auth.keys.get('lid-mapping', ['b'])).toEqual({ b: '123' });
  });

  it('begin anew after a pairing that did not end', async () => {
    const store = createMemoryStore();
    const first = await open(store);
    first.auth.creds.me = { id: '5511900000001@s.whatsapp.net' };
    first.saveCredentials();
    await first.settled();
    const second = await open(store);
    expect(second.isPaired).toBe(false);
    expect(second.auth.creds.me).toBeUndefined();
  });

  it('are read once, also those that are not there', async () => {
    const store = createMemoryStore();
    const { auth } = await open(store);
    const before = store.reads;
    await auth.keys.get('session', ['a', 'b']);
    await auth.keys.get('session', ['b', 'a']);
    expect(store.reads).toBe(before + 2);
  });

  it('are kept in memory up to a number', async () => {
    const store = createMemoryStore();
    const { auth } = await open(store, 2);
    await auth.keys.set({ session: { a: session(1), b: session(2), c: session(3) } });
    const before = store.reads;
    expect(await auth.keys.get('session', ['a', 'c'])).toEqual({ a: session(1), c: session(3) });
    expect(store.reads).toBe(before + 1);
  });

  it('that are changed together are written together; what comes meanwhile makes one more write', async () => {
    const store = createMemoryStore();
    const slow = slowly(store);
    const { auth } = await open(slow);
    const first = auth.keys.set({ session: { a: session(1), b: session(2) } });
    const second = auth.keys.set({ session: { a: session(3) } });
    const third = auth.keys.set({ 'lid-mapping': { c: '1' }, session: { b: null } });
    expect(await auth.keys.get('session', ['a', 'b'])).toEqual({ a: session(3) });
    await slow.letThrough();
    await first;
    await slow.letThrough();
    await Promise.all([second, third]);
    expect(store.writes).toEqual([
      ['session/a', 'session/b'],
      ['session/a', 'lid-mapping/c', 'session/b'],
    ]);
    expect(store.entries.has('session/b')).toBe(false);
  });

  it('that could not be written are told of, and not taken for written', async () => {
    const store = createMemoryStore();
    const failures: unknown[] = [];
    const { auth } = await openStoredState(baileys, store, {
      onFailure: (error) => void failures.push(error),
    });
    await auth.keys.set({ session: { a: session(1) } });
    store.lose();
    await expect(auth.keys.set({ session: { a: session(2) } })).rejects.toThrow('another owner');
    expect(failures).toHaveLength(1);
    expect(await auth.keys.get('session', ['a'])).toEqual({ a: session(1) });
  });
});
