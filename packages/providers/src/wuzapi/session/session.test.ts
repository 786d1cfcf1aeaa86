import { afterEach, describe, expect, it } from 'vitest';
import { Secret } from '../../secret.ts';
import type { OpenSessionOptions, Session, SessionEvent, SessionStore } from '../../session.ts';
import { createWuzapi, type Wuzapi } from '../create-wuzapi.ts';
import { startWuzapiServer, type WuzapiServer, type WuzapiServerOptions } from '../testing/wuzapi-server.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const pace = { pollMs: 5, pairingPollMs: 5, graceMs: 60, settleMs: 30, pairingMs: 2_000, callTimeoutMs: 300 };
const hmacKey = 'k'.repeat(32);

const memoryStore = (kept = new Map<string, Uint8Array>()): SessionStore => ({
  read: (keys) => Promise.resolve(new Map([...kept].filter(([key]) => keys.includes(key)))),
  write(changes) {
    for (const [key, value] of changes)
      if (value === undefined) kept.delete(key);
      else kept.set(key, value);
    return Promise.resolve();
  },
  clear: () => Promise.resolve(kept.clear()),
});

interface Stage {
  readonly gateway: WuzapiServer;
  readonly provider: Wuzapi;
  readonly events: SessionEvent[];
  readonly kept: Map<string, Uint8Array>;
  readonly session: Session;
  /** Resolves with the next event of that kind, also one that has come already; each is given once. */
  next<K extends SessionEvent['kind']>(kind: K): Promise<Extract<SessionEvent, { kind: K }>>;
}

const open = async (
  server: WuzapiServerOptions & { readonly before?: (gateway: WuzapiServer) => void } = {},
  options: Partial<OpenSessionOptions> = {},
): Promise<Stage> => {
  const gateway = await startWuzapiServer(server);
  closers.push(() => gateway.close());
  server.before?.(gateway);
  const provider = createWuzapi(
    { accountFor: () => undefined, webhookUrlFor: (id) => `http://127.0.0.1:9/webhooks/wuzapi/${id}` },
    { session: pace },
  );
  closers.push(() => provider.close());
  const kept = new Map<string, Uint8Array>();
  const events: SessionEvent[] = [];
  const waiting: (() => void)[] = [];
  let given = 0;
  const session = await provider.openSession({
    connectionId: 'c1',
    settings: { base_url: gateway.url, token: new Secret(gateway.token), hmac_key: hmacKey },
    store: memoryStore(kept),
    onEvent(event) {
      events.push(event);
      for (const wake of waiting.splice(0)) wake();
    },
    ...options,
  });
  const next: Stage['next'] = async (kind) => {
    for (;;) {
      const event = events[given];
      if (event === undefined) await new Promise<void>((resolve) => void waiting.push(resolve));
      else {
        given++;
        if (isOf(event, kind)) return event;
      }
    }
  };
  return { gateway, provider, events, kept, session, next };
};
function isOf<K extends SessionEvent['kind']>(
  event: SessionEvent,
  kind: K,
): event is Extract<SessionEvent, { kind: K }> {
  return event.kind === kind;
}

describe('a session at a gateway', () => {
  it('shows each code once, and is connected when the phone has scanned one', async () => {
    const { gateway, next, events } = await open();
    const first = await next('qr');
    expect(first.code).toMatch(/^data:image\/png;base64,/);
    expect(first.expiresAt.getTime() - Date.now()).toBeGreaterThan(50_000);
    gateway.number.nextQr();
    const second = await next('qr');
    expect(second.code).not.toBe(first.code);
    expect(second.expiresAt.getTime() - Date.now()).toBeLessThanOrEqual(20_000);
    gateway.number.pair();
    expect(await next('connected')).toEqual({ kind: 'connected', phone: '+551187654321', name: 'Loja' });
    expect(events).toHaveLength(3);
  });

  it('gives the code to type for a phone', async () => {
    const { gateway, next, events } = await open({}, { pairingPhone: '+551187654321' });
    expect(await next('pairing_code')).toMatchObject({ code: 'ABCD-1234' });
    gateway.number.pair();
    await next('connected');
    expect(events.map((event) => event.kind)).toEqual(['pairing_code', 'connected']);
  });

  it('is connected at once when the gateway has been logged in, and has its webhooks sent here', async () => {
    const { gateway, next, session } = await open({ mustPair: false });
    await next('connected');
    expect(gateway.webhook).toMatchObject({ url: 'http://127.0.0.1:9/webhooks/wuzapi/c1', hmacKey });
    expect(gateway.webhook?.events).toEqual(expect.arrayContaining(['Message', 'ReadReceipt', 'LoggedOut']));
    expect(await session.ping(new AbortController().signal)).toBeGreaterThan(0);
  });

  it('has a gateway connect that was started again', async () => {
    const before = ({ number }: WuzapiServer): void => number.forget();
    const { gateway, next } = await open({ mustPair: false, before });
    await next('connected');
    expect(gateway.requests).toContain('POST /session/connect');
  });

  it('has expired when the last code was not scanned', async () => {
    const { gateway, next } = await open();
    await next('qr');
    gateway.number.qrTimeout();
    expect(await next('lost')).toMatchObject({ cause: 'expired' });
  });

  it('is not lost by a break that the gateway mends, and is lost by one that it does not', async () => {
    const { gateway, next, session, events } = await open({ mustPair: false });
    await next('connected');
    gateway.number.setConnected(false);
    await expect(session.ping(new AbortController().signal)).rejects.toThrow('not connected');
    gateway.number.setConnected(true);
    await session.ping(new AbortController().signal);
    expect(events).toHaveLength(1);
    gateway.number.setConnected(false);
    expect(await next('lost')).toMatchObject({ cause: 'retry' });
  });

  it('was logged out when a number that was logged in is asked to pair again', async () => {
    const { gateway, next, kept } = await open({ mustPair: false });
    await next('connected');
    expect(kept.size).toBe(1);
    gateway.number.logOut();
    gateway.number.connect();
    expect(await next('lost')).toMatchObject({ cause: 'logged_out' });
    expect(kept.size).toBe(0);
  });

  it('ends at once with what a webhook says', async () => {
    const { provider, next } = await open({ mustPair: false });
    await next('connected');
    const event = { kind: 'lost', cause: 'banned', detail: 'TemporaryBan 101' } as const;
    expect(provider.takeSessionEvent('c1', event)).toBe(true);
    expect(await next('lost')).toEqual(event);
    expect(provider.takeSessionEvent('another', event)).toBe(false);
  });

  it.each<[string, Partial<OpenSessionOptions['settings']>]>([
    ['the token is wrong', { token: 'another' }],
    ['there is no gateway', { base_url: 'PATH' }],
  ])('cannot work when %s', async (_, change) => {
    const gateway = await startWuzapiServer();
    closers.push(() => gateway.close());
    const base_url = change['base_url'] === undefined ? gateway.url : `${gateway.url}/elsewhere`;
    const settings = { token: gateway.token, ...change, base_url };
    const { next } = await open({}, { settings });
    expect(await next('lost')).toMatchObject({ cause: 'refused' });
  });

  it('is worth another try when nobody answers', async () => {
    const { next } = await open({}, { settings: { base_url: 'http://127.0.0.1:9', token: 't' } });
    expect(await next('lost')).toMatchObject({ cause: 'retry' });
  });

  it('ends without an event when another process owns it now', async () => {
    const store: SessionStore = { ...memoryStore(), write: () => Promise.reject(new Error('not the owner')) };
    const { session, events, gateway } = await open({ mustPair: false }, { store });
    await expect.poll(() => gateway.requests.length).toBeGreaterThan(0);
    await session.close();
    expect(events).toEqual([]);
  });

  it('leaves the session at the gateway when it is closed, and ends it there when it is logged out', async () => {
    const { gateway, next, session, events, kept } = await open({ mustPair: false });
    await next('connected');
    await session.logout(new AbortController().signal);
    expect(gateway.number).toMatchObject({ isLoggedIn: false, jid: '' });
    expect(kept.size).toBe(0);
    await session.close();
    await session.close();
    expect(events).toHaveLength(1);
    const other = await open({ mustPair: false });
    await other.next('connected');
    await other.session.close();
    expect(other.gateway.number.isLoggedIn).toBe(true);
  });

  it.each([
    ['no address', { token: 't' }],
    ['an address that is no gateway', { base_url: 'ftp://example.com', token: 't' }],
    ['an address at which a cloud keeps its secrets', { base_url: 'http://169.254.169.254', token: 't' }],
    ['a short key', { base_url: 'https://example.com', token: 't', hmac_key: 'short' }],
    ['a token over two lines', { base_url: 'https://example.com', token: 't\nx' }],
  ])('is not opened with %s', async (_, settings) => {
    await expect(open({}, { settings })).rejects.toMatchObject({ code: 'connection_invalid' });
  });
});
