import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { OpenSessionOptions, Session, SessionEvent, SessionStore } from '../session.ts';
import { createSimulator, type Simulator } from './create-simulator.ts';
import type { SessionOptions } from './simulated-session.ts';

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const memoryStore = (kept: Map<string, Uint8Array>): SessionStore => ({
  read: (keys) => Promise.resolve(new Map([...kept].filter(([key]) => keys.includes(key)))),
  write(changes) {
    for (const [key, value] of changes) if (value !== undefined) kept.set(key, value);
    return Promise.resolve();
  },
  clear: () => Promise.resolve(kept.clear()),
});

interface Stage {
  readonly simulator: Simulator;
  readonly events: SessionEvent[];
  readonly kept: Map<string, Uint8Array>;
  readonly again: () => Promise<Session>;
  readonly session: Session;
}

const open = async (
  sessions: Partial<SessionOptions> = {},
  options: Partial<OpenSessionOptions> = {},
): Promise<Stage> => {
  const journalDir = mkdtempSync(join(tmpdir(), 'zaphub-session-'));
  closers.push(() => rmSync(journalDir, { recursive: true, force: true }));
  const pace = { pairAfterMs: false, codeMs: 10_000, connectMs: 1, ...sessions } as const;
  const simulator = createSimulator({ journalDir, receipts: false, isEventful: true, sessions: pace });
  closers.push(() => simulator.close());
  const kept = new Map<string, Uint8Array>();
  const events: SessionEvent[] = [];
  const again = (): Promise<Session> =>
    simulator.openSession({
      connectionId: 'c1',
      settings: {},
      store: memoryStore(kept),
      onEvent: (event) => void events.push(event),
      ...options,
    });
  return { simulator, events, kept, again, session: await again() };
};
const kinds = (events: readonly SessionEvent[]): string[] =>
  events.map((event) => (event.kind === 'lost' ? event.cause : event.kind));

describe('a simulated session', () => {
  it('is paired by a scan, remembered, and connected at once the next time', async () => {
    const { simulator, events, again, session } = await open();
    await expect.poll(() => kinds(events)).toEqual(['qr']);
    await expect(session.ping(new AbortController().signal)).rejects.toThrow();
    simulator.perform({ do: 'scan', connection: 'c1' });
    await expect.poll(() => kinds(events)).toEqual(['qr', 'connected']);
    expect(events[1]).toMatchObject({ phone: expect.stringMatching(/^\+120255501\d\d$/) });
    expect(await session.ping(new AbortController().signal)).toBeGreaterThan(0);
    await session.close();
    await again();
    await expect.poll(() => kinds(events)).toEqual(['qr', 'connected', 'connected']);
  });

  it('is paired by itself after a while, also by a code that is typed', async () => {
    const { events } = await open({ pairAfterMs: 5 }, { pairingPhone: '+12025550199' });
    await expect.poll(() => kinds(events)).toEqual(['pairing_code', 'connected']);
    expect(events[0]).toMatchObject({ code: expect.stringMatching(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/) });
  });

  it('expires when no code is scanned', async () => {
    const { events } = await open({ codeMs: 5, codes: 2 });
    await expect.poll(() => kinds(events)).toEqual(['qr', 'qr', 'expired']);
    expect(new Set(events.map((event) => (event.kind === 'qr' ? event.code : ''))).size).toBe(3);
  });

  it.each([
    ['ban', 'banned'],
    ['drop', 'retry'],
    ['log_out', 'logged_out'],
  ] as const)('ends by %s', async (action, cause) => {
    const { simulator, events, kept } = await open({ pairAfterMs: 1 });
    await expect.poll(() => kinds(events).at(-1)).toBe('connected');
    simulator.perform({ do: action, connection: 'another' });
    simulator.perform({ do: action, connection: 'c1' });
    expect(kinds(events).at(-1)).toBe(cause);
    expect(kept.size).toBe(action === 'log_out' ? 0 : 1);
  });

  it('cannot be opened again while the network is away', async () => {
    const { simulator, events, again } = await open({ pairAfterMs: 1 });
    await expect.poll(() => kinds(events).at(-1)).toBe('connected');
    simulator.perform({ do: 'drop', connection: 'c1' });
    await again();
    await expect.poll(() => kinds(events)).toEqual(['qr', 'connected', 'retry', 'retry']);
    simulator.perform({ do: 'release' });
    await again();
    await expect.poll(() => kinds(events).at(-1)).toBe('connected');
  });

  it('forgets everything when it is logged out, and says nothing when it is closed', async () => {
    const { events, kept, session } = await open({ pairAfterMs: 1 });
    await expect.poll(() => kinds(events).at(-1)).toBe('connected');
    await session.logout(new AbortController().signal);
    await session.close();
    expect(kept.size).toBe(0);
    expect(kinds(events)).toEqual(['qr', 'connected']);
  });
});
