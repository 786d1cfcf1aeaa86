import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { exampleRequest, soon } from '../provider-conformance.ts';
import type { Session, SessionStore } from '../session.ts';
import { type BaileysOptions, createBaileys } from './create-baileys.ts';
import { createEventLog } from './testing/event-log.ts';
import { createMemoryStore, type MemoryStore } from './testing/memory-store.ts';
import { type LinkedSession, openLinkedSession } from './testing/linked-session.ts';

/** Linked once: every test logs in from these keys. */
let base: LinkedSession;
let keys: ReadonlyMap<string, Uint8Array>;
const closers: (() => Promise<void>)[] = [];
const signal = new AbortController().signal;

beforeAll(async () => {
  base = await openLinkedSession({ deliversReceipts: false });
  base.whatsApp.addPerson('+5511912345678', 'Ana');
  await base.session.close();
  keys = new Map(base.store.entries);
});

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  base.whatsApp.freeze(false);
  expect(base.whatsApp.errors).toEqual([]);
});

afterAll(() => base.close());

async function open(
  options: BaileysOptions = {},
  through: (store: MemoryStore) => SessionStore = (store) => store,
): Promise<LinkedSession> {
  const provider = createBaileys({ url: base.whatsApp.url, ...options });
  const store = createMemoryStore(keys);
  const log = createEventLog();
  closers.push(() => provider.close());
  const session = await reopen({ provider, store: through(store), log });
  await log.next('connected');
  return { ...base, provider, store, log, session };
}

/** Opens the same number again, as another process would, from what is stored. */
function reopen({
  provider,
  store,
  log,
}: Pick<LinkedSession, 'provider' | 'log'> & { readonly store: SessionStore }): Promise<Session> {
  return provider.openSession({ connectionId: 'connection', settings: {}, store, onEvent: log.onEvent });
}

describe('a session', () => {
  it('goes on in another process from what is stored, with the same people', async () => {
    const first = await open();
    await first.provider.send(exampleRequest({ text: 'before' }), soon());
    await first.session.close();
    const provider = createBaileys({ url: first.whatsApp.url });
    closers.push(() => provider.close());
    const log = createEventLog();
    await reopen({ ...first, provider, log });
    await log.next('connected');
    expect(log.events.map(({ kind }) => kind)).toEqual(['connected']);
    expect(await provider.send(exampleRequest({ text: 'after' }), soon())).toMatchObject({ kind: 'sent' });
    const texts = first.whatsApp.delivered.map(({ message }) => message.extendedTextMessage?.text);
    expect(texts.slice(-2)).toEqual(['before', 'after']);
  });

  it('measures a round trip, and says so when there is none', async () => {
    const { session, whatsApp } = await open({ answerMs: 100 });
    expect(await session.ping(signal)).toBeGreaterThan(0);
    whatsApp.freeze(true);
    await expect(session.ping(signal)).rejects.toThrow('no answer');
    await expect(session.ping(AbortSignal.abort())).rejects.toThrow();
  });

  it.each([
    [
      'it was opened elsewhere',
      'replaced',
      (now: LinkedSession) => now.whatsApp.fail({ reason: 'conflict' }),
    ],
    ['WhatsApp locked the number', 'banned', (now: LinkedSession) => now.whatsApp.fail({ code: 403 })],
    ['the server has a trouble', 'retry', (now: LinkedSession) => now.whatsApp.fail({ code: 503 })],
    ['what it says cannot be read', 'retry', (now: LinkedSession) => now.whatsApp.garble()],
    ['the way to it broke', 'retry', (now: LinkedSession) => now.whatsApp.cut()],
  ] as const)('is lost when %s: %s', async (_, cause, happen) => {
    const now = await open();
    happen(now);
    expect((await now.log.next('lost')).cause).toBe(cause);
    expect(now.store.entries.size).toBeGreaterThan(0);
    expect(await now.provider.send(exampleRequest(), soon())).toMatchObject({
      kind: 'not_sent',
      code: 'session_down',
    });
    if (cause === 'retry') {
      await reopen(now);
      await now.log.next('connected');
    }
  });

  it.each([
    [402, 'banned'],
    [405, 'refused'],
    [406, 'banned'],
    [503, 'retry'],
  ] as const)('is lost when its login fails with %i: %s', async (reason, cause) => {
    const now = await open();
    await now.session.close();
    now.whatsApp.refuseLogin(reason);
    await reopen(now);
    expect((await now.log.next('lost')).cause).toBe(cause);
    expect(now.store.entries.size).toBeGreaterThan(0);
  });

  it('opens its connection again by itself when the server asks for it', async () => {
    const now = await open();
    now.whatsApp.fail({ code: 515 });
    await now.log.next('connected');
    expect(now.log.events.some(({ kind }) => kind === 'lost')).toBe(false);
    expect(await now.provider.send(exampleRequest(), soon())).toMatchObject({ kind: 'sent' });
  });

  it('is lost when the server has gone silent', async () => {
    const now = await open({ keepAliveMs: 50, answerMs: 50 });
    now.whatsApp.freeze(true);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 });
    const { cause } = await now.log.next('lost').finally(() => vi.useRealTimers());
    expect(cause).toBe('retry');
  });

  it('is opened again while the one before is still closing, one after the other', async () => {
    const now = await open();
    const closed = now.session.close();
    const [session] = await Promise.all([reopen(now), closed]);
    await now.log.next('connected');
    expect(now.whatsApp.connections).toBe(1);
    expect(await session.ping(signal)).toBeGreaterThan(0);
  });

  it('says nothing more when it was closed', async () => {
    const now = await open();
    await now.session.close();
    await now.session.close();
    expect(now.log.events.map(({ kind }) => kind)).toEqual(['connected']);
    await expect.poll(() => now.whatsApp.connections, { interval: 5 }).toBe(0);
  });
});

describe('keys that are void', () => {
  it.each([
    ['the phone removed it', ['logged_out'], (now: LinkedSession) => now.phone.unlinkAll()],
    [
      'it logged out itself, of which it tells nobody',
      [],
      (now: LinkedSession) => now.session.logout(signal),
    ],
  ] as const)('are forgotten when %s', async (_, told, end) => {
    const now = await openLinkedSession();
    closers.push(() => now.close());
    await end(now);
    await expect.poll(() => now.store.entries.size, { interval: 2 }).toBe(0);
    await expect.poll(() => now.whatsApp.connections, { interval: 2 }).toBe(0);
    expect(now.log.events.flatMap((event) => (event.kind === 'lost' ? [event.cause] : []))).toEqual(told);
    expect(now.whatsApp.errors).toEqual([]);
  });
});

describe('a message under way', () => {
  it.each([true, false])(
    'is unknown when the connection breaks (it has arrived: %s)',
    async (isDelivered) => {
      const now = await open();
      const before = now.whatsApp.delivered.length;
      now.whatsApp.spoil({ kind: 'cut', isDelivered });
      expect(await now.provider.send(exampleRequest(), soon())).toEqual({
        kind: 'unknown',
        code: 'connection_lost',
      });
      expect(now.whatsApp.delivered).toHaveLength(before + (isDelivered ? 1 : 0));
    },
  );

  it('does not leave when its keys cannot be stored, as when another process has the session', async () => {
    const now = await open();
    await now.provider.send(exampleRequest(), soon());
    const before = now.whatsApp.delivered.length;
    now.store.lose();
    expect((await now.provider.send(exampleRequest(), soon())).kind).toBe('not_sent');
    expect(now.whatsApp.delivered).toHaveLength(before);
    expect(await now.log.next('lost')).toMatchObject({ cause: 'retry' });
  });

  it('does not leave before its keys are stored, so that no process after this one uses them again', async () => {
    const held: (() => void)[] = [];
    let isHolding = false;
    const now = await open({}, (store) => ({
      ...store,
      async write(changes) {
        if (isHolding) await new Promise<void>((resolve) => void held.push(resolve));
        await store.write(changes);
      },
    }));
    await now.provider.send(exampleRequest(), soon());
    await expect.poll(() => [...now.store.entries.keys()], { interval: 2 }).toContain('tctoken/__index');
    const before = now.whatsApp.delivered.length;
    isHolding = true;
    const sending = now.provider.send(exampleRequest(), soon());
    await expect.poll(() => held.length, { interval: 1 }).toBe(1);
    // Frames are read in their order: a message that was written before this question would have been read.
    await now.session.ping(signal);
    expect(now.whatsApp.delivered).toHaveLength(before);
    isHolding = false;
    held.shift()?.();
    expect(await sending).toMatchObject({ kind: 'sent' });
  });

  it('has its keys stored in one write, and reads nothing it has read before', async () => {
    const now = await open();
    await now.provider.send(exampleRequest(), soon());
    await expect.poll(() => [...now.store.entries.keys()], { interval: 2 }).toContain('tctoken/__index');
    await now.provider.send(exampleRequest(), soon());
    const before = now.store.writes.length;
    const reads = now.store.reads;
    await now.provider.send(exampleRequest(), soon());
    expect(now.store.writes.slice(before)).toEqual([
      [
        expect.stringMatching(/^session\//),
        expect.stringMatching(/^session\//),
        expect.stringMatching(/^sent\//),
      ],
    ]);
    expect(now.store.reads).toBe(reads);
  });
});
