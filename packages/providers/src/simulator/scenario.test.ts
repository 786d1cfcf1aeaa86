import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Inbound } from '../inbound.ts';
import { exampleRequest, soon } from '../provider-conformance.ts';
import type { SendOutcome } from '../provider.ts';
import { startSimulatorControl } from './control-server.ts';
import { createSimulator, type Simulator } from './create-simulator.ts';
import type { SimulatorOptions } from './simulator-options.ts';
import { forgetConnections } from './forget-connections.ts';
import { readJournal } from './read-journal.ts';
import { parseScenario } from './scenario.ts';

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});
const newDir = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'zaphub-scenario-'));
  closers.push(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
};
const open = (options: Partial<SimulatorOptions> & { readonly steps?: unknown } = {}): Simulator => {
  const { steps, ...rest } = options;
  const scenario = steps === undefined ? {} : { scenario: parseScenario(JSON.stringify({ steps })) };
  const simulator = createSimulator({
    journalDir: newDir(),
    receipts: false,
    lostAfterMs: 1,
    ...scenario,
    ...rest,
  });
  closers.push(() => simulator.close());
  return simulator;
};
const sendTo = (simulator: Simulator, to: string, attempt = 1): Promise<SendOutcome> =>
  simulator.send(exampleRequest({ to, attempt }), soon());
const kinds = async (simulator: Simulator, count: number, sender = 'a'): Promise<string[]> => {
  const seen: string[] = [];
  for (let i = 0; i < count; i++) seen.push((await simulator.send(exampleRequest({ sender }), soon())).kind);
  return seen;
};
/** Resolves with what people sent when there is so much of it. */
const heard = (simulator: Simulator, count: number): Promise<Inbound[]> =>
  new Promise((resolve) => {
    const all: Inbound[] = [];
    simulator.onInbound?.((batch) => {
      all.push(...batch);
      if (all.length >= count) resolve(all);
      return Promise.resolve();
    });
  });

describe('magic numbers', () => {
  it.each<[string, string, object, string]>([
    ['01', 'is refused for good', { kind: 'refused', code: 'recipient_unavailable' }, 'refused'],
    ['02', 'cannot be reached at first', { kind: 'not_sent', code: 'connection_refused' }, 'sent'],
    ['03', 'is throttled at first', { kind: 'not_sent', code: 'throttled' }, 'sent'],
    ['04', 'answers with a server error at first', { kind: 'unknown', code: 'server_error' }, 'sent'],
    ['05', 'loses its first answer', { kind: 'unknown', code: 'timeout' }, 'sent'],
    ['06', 'gets no more at first', { kind: 'not_sent', effect: 'wait_recipient' }, 'sent'],
    ['07', 'wants no marketing', { kind: 'refused', effect: 'opt_out' }, 'refused'],
    ['08', 'shows a sender that is too fast', { kind: 'not_sent', effect: 'slow_down' }, 'sent'],
    ['09', 'shows a number that is restricted', { kind: 'not_sent', effect: 'pause_connection' }, 'sent'],
  ])('%s %s', async (digits, _, first, second) => {
    const simulator = open();
    expect(await sendTo(simulator, `+120255501${digits}`)).toMatchObject(first);
    expect((await sendTo(simulator, `+120255501${digits}`, 2)).kind).toBe(second);
  });

  it('14, 15 and 16 answer, opt out, and stop marketing', async () => {
    const simulator = open({ people: { delay: { minMs: 0, maxMs: 0 } } });
    const news = heard(simulator, 3);
    for (const digits of ['14', '15', '16']) {
      const request = exampleRequest({ messageId: `m${digits}`, to: `+120255501${digits}`, sender: 'c' });
      await simulator.send(request, soon());
    }
    const byKey = new Map((await news).map((one) => [one.key, one]));
    expect(byKey.get('answer:m14')).toMatchObject({
      kind: 'message',
      connectionId: 'c',
      from: { phone: '+12025550114' },
      content: { kind: 'text' },
      answers: 'sim.m14',
    });
    expect(byKey.get('answer:m15')).toMatchObject({
      content: { text: expect.stringMatching(/^(sair|parar|stop|cancelar)$/i) },
    });
    expect(byKey.get('answer:m16')).toMatchObject({
      kind: 'preference',
      choice: 'stop',
      person: { phone: '+12025550116' },
    });
  });
});

describe('people who answer', () => {
  it('are the same for the same seed, and others for another', async () => {
    const answers = async (seed: number): Promise<string[]> => {
      const people = { answers01: 0.2, optsOut01: 0.1, stopsMarketing01: 0.1, delay: { minMs: 0, maxMs: 0 } };
      const simulator = open({ seed, people });
      for (let i = 0; i < 200; i++) await simulator.send(exampleRequest({ messageId: `m${i}` }), soon());
      const all: Inbound[] = [];
      const stop = simulator.onInbound?.((batch) => Promise.resolve(void all.push(...batch)));
      await expect.poll(() => all.length, { timeout: 5_000 }).toBeGreaterThan(50);
      await stop?.();
      return all.map(
        (one) => `${one.key} ${one.kind === 'message' ? JSON.stringify(one.content) : one.choice}`,
      );
    };
    const first = await answers(1);
    expect(await answers(1)).toEqual(first);
    expect(await answers(2)).not.toEqual(first);
  });

  it('are heard again by whoever comes next when nobody took what they said', async () => {
    const journalDir = newDir();
    const first = open({ journalDir, people: { answers01: 1, delay: { minMs: 0, maxMs: 0 } } });
    await first.send(exampleRequest({ messageId: 'm1' }), soon());
    let refusals = 0;
    first.onInbound?.(() => {
      refusals++;
      return Promise.reject(new Error('the database is away'));
    });
    await expect.poll(() => refusals).toBeGreaterThan(0);
    await first.close();
    const news = await heard(open({ journalDir }), 1);
    expect(news.map((one) => one.key)).toEqual(['answer:m1']);
  });

  it('are not heard when people are switched off', () => {
    const simulator = open({ people: false });
    expect(simulator.abilities.inbound).toBe(false);
    expect(simulator.onInbound).toBeUndefined();
  });
});

describe('a scenario', () => {
  it('happens at its message, once, also over a restart', async () => {
    const journalDir = newDir();
    const steps = [
      { at: { message: 3 }, happens: { do: 'ban', connection: 'a' } },
      { at: { message: 5 }, happens: [{ do: 'release' }, { do: 'rates', rates: { lostReply01: 1 } }] },
      { at: { message: 2, connection: 'b' }, happens: { do: 'drop', connection: 'b' } },
    ];
    const simulator = open({ journalDir, steps });
    expect(await kinds(simulator, 5)).toEqual(['sent', 'sent', 'not_sent', 'not_sent', 'unknown']);
    expect(await kinds(simulator, 2, 'b')).toEqual(['unknown', 'not_sent']);
    await simulator.close();
    expect(await kinds(open({ journalDir, steps }), 3)).toEqual(['unknown', 'unknown', 'unknown']);
  });

  it('bans with an effect and an end', async () => {
    const steps = [{ at: { message: 1 }, happens: { do: 'ban', forMs: 60_000 } }];
    const outcome = await sendTo(open({ steps }), '+5511912345678');
    expect(outcome).toMatchObject({
      kind: 'not_sent',
      code: 'account_restricted',
      effect: 'pause_connection',
    });
    expect(outcome.kind === 'not_sent' && outcome.retryAfterMs).toBeGreaterThan(59_000);
    const endless = await sendTo(
      open({ steps: [{ at: { message: 1 }, happens: { do: 'ban' } }] }),
      '+5511912345678',
    );
    expect(endless).not.toHaveProperty('retryAfterMs');
    const limited = await sendTo(
      open({ steps: [{ at: { message: 1 }, happens: { do: 'limit' } }] }),
      '+5511912345678',
    );
    expect(limited).toMatchObject({
      kind: 'not_sent',
      code: 'throttled',
      effect: 'slow_down',
      retryAfterMs: 1_000,
    });
  });

  it('ends by itself after its time', async () => {
    const simulator = open({ steps: [{ at: { message: 1 }, happens: { do: 'drop', forMs: 60 } }] });
    expect(await kinds(simulator, 1)).toEqual(['not_sent']);
    await expect.poll(() => kinds(simulator, 1)).toEqual(['sent']);
    expect(simulator.conditions()).toMatchObject({ drops: [], bans: [] });
  });

  it('happens after its time, and slows the network down', async () => {
    const simulator = open({
      steps: [{ at: { afterMs: 20 }, happens: { do: 'slow', minMs: 150, maxMs: 150 } }],
    });
    await expect
      .poll(async () => {
        const startedMs = performance.now();
        await kinds(simulator, 1);
        return performance.now() - startedMs;
      })
      .toBeGreaterThan(140);
  });

  it('lets somebody write to the number that is sending', async () => {
    const text = 'Não quero mais 🙅';
    const steps = [
      { at: { message: 2 }, happens: { do: 'inbound', from: '+5511999999999', name: 'Ana', text } },
    ];
    const simulator = open({ steps });
    const news = heard(simulator, 1);
    await kinds(simulator, 2, 'c7');
    expect(await news).toMatchObject([
      {
        kind: 'message',
        connectionId: 'c7',
        from: { phone: '+5511999999999', name: 'Ana' },
        content: { text },
      },
    ]);
  });

  it.each([
    ['a thing that does not exist', [{ at: { message: 1 }, happens: { do: 'explode' } }]],
    ['a field that does not exist', [{ at: { message: 1 }, happens: { do: 'ban', until: 1 } }]],
    ['no time', [{ happens: { do: 'ban' } }]],
    [
      'shares over 1',
      [{ at: { afterMs: 0 }, happens: { do: 'rates', rates: { lostReply01: 0.7, notSent01: 0.7 } } }],
    ],
  ])('is refused with %s', (_, steps) => {
    expect(() => parseScenario(JSON.stringify({ steps }))).toThrow();
  });
});

describe('the control endpoint', () => {
  it('makes things happen in every process of a network, and reads what reached phones', async () => {
    const journalDir = newDir();
    const [one, other] = [open({ journalDir, isEventful: true }), open({ journalDir, isEventful: true })];
    const control = await startSimulatorControl(one, { journalDir, port: 0 });
    closers.push(() => control.close());
    const act = (action: object): Promise<Response> =>
      fetch(`${control.url}/actions`, { method: 'POST', body: JSON.stringify(action) });
    expect((await act({ do: 'ban', connection: 'a' })).status).toBe(200);
    expect(await kinds(one, 1)).toEqual(['not_sent']);
    await expect.poll(() => kinds(other, 1)).toEqual(['not_sent']);
    expect(await (await fetch(`${control.url}/conditions`)).json()).toMatchObject({
      bans: [{ connection: 'a', until: null }],
    });
    expect((await act({ do: 'reset' })).status).toBe(200);
    expect(await kinds(one, 1)).toEqual(['sent']);
    await expect.poll(() => kinds(other, 1)).toEqual(['sent']);
    const news = heard(other, 1);
    await act({ do: 'inbound', connection: 'a', from: '+5511999999999', text: 'Oi' });
    expect(await news).toMatchObject([{ kind: 'message', connectionId: 'a', content: { text: 'Oi' } }]);
    expect(await (await fetch(`${control.url}/counts?campaign=campaign`)).json()).toEqual(
      await readJournal(journalDir),
    );
  });

  it('takes nothing that it does not know, and nothing from a page in a browser', async () => {
    const journalDir = newDir();
    const simulator = open({ journalDir, isEventful: true });
    const control = await startSimulatorControl(simulator, { journalDir, port: 0 });
    closers.push(() => control.close());
    const status = async (path: string, init: RequestInit = {}): Promise<number> =>
      (await fetch(control.url + path, init)).status;
    expect(await status('/actions', { method: 'POST', body: '{"do":"explode"}' })).toBe(422);
    expect(await status('/actions', { method: 'POST', body: 'no' })).toBe(422);
    expect(await status('/actions', { method: 'POST', body: 'x'.repeat(70_000) })).toBe(413);
    expect(await status('/elsewhere')).toBe(404);
    expect(await status('/conditions', { headers: { origin: 'https://example.com' } })).toBe(403);
  });

  it('needs a network to which things may happen', () => {
    expect(() => open().perform({ do: 'reset' })).toThrow('isEventful');
  });
});

describe('what is forgotten', () => {
  it('are the phones and words of a connection, while counts stay as they are', async () => {
    const journalDir = newDir();
    const simulator = open({ journalDir, people: { answers01: 1, delay: { minMs: 60_000, maxMs: 60_000 } } });
    for (const sender of ['gone', 'stays']) {
      for (const to of ['+5511900000001', '+5511900000002', '+5511900000002', '+12025550101']) {
        await simulator.send(exampleRequest({ sender, reference: sender, to }), soon());
      }
    }
    const before = await readJournal(journalDir);
    expect(await forgetConnections(journalDir, new Set(['gone']))).toBe(4 + 3);
    expect(await forgetConnections(journalDir, new Set(['gone']))).toBe(0);
    await simulator.send(exampleRequest({ sender: 'stays', reference: 'more' }), soon());
    const phones = new Map<string, Set<string>>();
    const after = await readJournal(journalDir, {
      onEntry: ({ connection, phone }) =>
        phones.set(connection, (phones.get(connection) ?? new Set()).add(phone)),
    });
    expect(after).toEqual({
      ...before,
      requests: before.requests + 1,
      accepted: before.accepted + 1,
      deliveries: before.deliveries + 1,
      recipients: before.recipients + 1,
    });
    expect([...(phones.get('gone') ?? [])].every((phone) => /^\+0\d+$/.test(phone))).toBe(true);
    expect(phones.get('gone')?.size).toBe(3);
    expect(phones.get('stays')).toContain('+5511900000001');
  });
});
