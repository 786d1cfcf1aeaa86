import { describe, expect, it } from 'vitest';
import { createManualClock, tick } from '../time/manual-clock.ts';
import type { IncomingRequest } from './exchange.ts';
import { RequestReply, type RequestReplyOptions } from './request-reply.ts';

function setUp(options: Partial<RequestReplyOptions> = {}) {
  const clock = createManualClock();
  return {
    clock,
    calls: new RequestReply<string, string>({ maxPending: 10, timeoutMs: 1000, clock, ...options }),
  };
}

/** Serves by hand. */
async function taken(calls: RequestReply<string, string>): Promise<IncomingRequest<string>> {
  const next = await calls.receive();
  if (next.done === true) throw new Error('closed');
  return next.value;
}

describe('RequestReply', () => {
  it('gives each request its own reply, whatever the order of replies', async () => {
    const { calls, clock } = setUp();
    const replies = [calls.request('a'), calls.request('b')];
    const [a, b] = [await taken(calls), await taken(calls)];
    expect([a.body, b.body, a.id === b.id, calls.pending]).toEqual(['a', 'b', false, 2]);
    expect(calls.reply(b.id, 'B')).toBe(true);
    expect(calls.reply(a.id, 'A')).toBe(true);
    expect(await Promise.all(replies)).toEqual(['A', 'B']);
    expect([calls.pending, calls.lateReplies, clock.timers]).toEqual([0, 0, 0]);
  });

  it('serves by functions, as many at once as there are workers, first come first served', async () => {
    const { calls } = setUp();
    const ends: (() => void)[] = [];
    const started: string[] = [];
    const serving = calls.serve(
      (body) => {
        started.push(body);
        return new Promise((resolve) => ends.push(() => resolve(body.toUpperCase())));
      },
      { workers: 2 },
    );
    const replies = ['a', 'b', 'c'].map((body) => calls.request(body));
    await tick();
    expect([started, calls.untaken]).toEqual([['a', 'b'], 1]);
    for (const place of [0, 1, 2]) {
      ends[place]?.();
      await tick();
    }
    expect(await Promise.all(replies)).toEqual(['A', 'B', 'C']);
    calls.close();
    await serving;
  });

  it('rejects a request with what its handler throws, and goes on', async () => {
    const { calls } = setUp();
    void calls.serve((body) => {
      if (body === 'bad') throw new Error('cannot');
      return `${body}!`;
    });
    await expect(calls.request('bad')).rejects.toThrow('cannot');
    expect(await calls.request('good')).toBe('good!');
    calls.close();
  });

  it('times out, tells the server, and drops and counts the late reply', async () => {
    const { calls, clock } = setUp();
    const settled = calls.request('a').catch((error: unknown) => error);
    const request = await taken(calls);
    const { signal } = request;
    await clock.advance(999);
    expect([calls.pending, signal.aborted, request.isPending]).toEqual([1, false, true]);
    await clock.advance(1);
    expect(await settled).toMatchObject({ code: 'request_timeout', name: 'RequestTimeoutError' });
    expect([calls.pending, signal.aborted, request.isPending]).toEqual([0, true, false]);
    expect(request.signal).toBe(signal);
    expect(signal.reason).toMatchObject({ code: 'request_timeout' });
    expect([
      calls.reply(request.id, 'late'),
      calls.refuse(request.id, new Error('late')),
      calls.lateReplies,
    ]).toEqual([false, false, 2]);
  });

  it('lets each request have its own timeout', async () => {
    const { calls, clock } = setUp();
    const ended: string[] = [];
    const ask = (body: string, timeoutMs: number): Promise<unknown> =>
      calls.request(body, { timeoutMs }).catch(() => ended.push(`${body} at ${clock.now()}`));
    const all = [ask('slow', 500), ask('quick', 100), ask('slower', 500)];
    await clock.advance(50);
    all.push(ask('slowest', 500));
    expect(clock.timers).toBe(2);
    await clock.advance(1000);
    await Promise.all(all);
    expect(ended).toEqual(['quick at 100', 'slow at 500', 'slower at 500', 'slowest at 550']);
    expect(clock.timers).toBe(0);
  });

  it('waits for ever when told so', async () => {
    const { calls, clock } = setUp();
    const asked = calls.request('a', { timeoutMs: Infinity });
    await clock.advance(1e12);
    calls.reply((await taken(calls)).id, 'at last');
    expect([await asked, clock.timers]).toEqual(['at last', 0]);
  });

  it('never hands an aborted request to a server', async () => {
    const { calls } = setUp();
    const stop = new AbortController();
    const aborted = calls.request('a', { signal: stop.signal });
    const answered = calls.request('b');
    stop.abort(new Error('gave up'));
    await expect(aborted).rejects.toThrow('gave up');
    await expect(calls.request('c', { signal: stop.signal })).rejects.toThrow('gave up');
    const request = await taken(calls);
    expect([request.body, calls.untaken]).toEqual(['b', 0]);
    calls.reply(request.id, 'B');
    expect(await answered).toBe('B');
  });

  it('tells a server that asks only later that nobody waits any more', async () => {
    const { calls } = setUp();
    const stop = new AbortController();
    const asking = calls.request('a', { signal: stop.signal }).catch(() => 'gone');
    const request = await taken(calls);
    stop.abort(new Error('gave up'));
    expect(await asking).toBe('gone');
    expect(request.signal.reason).toEqual(new Error('gave up'));
  });

  it('leaves the signal of an answered request alone', async () => {
    const { calls } = setUp();
    const stop = new AbortController();
    const asking = calls.request('a', { signal: stop.signal });
    const request = await taken(calls);
    const { signal } = request;
    calls.reply(request.id, 'A');
    stop.abort();
    calls.close();
    expect([await asking, signal.aborted]).toEqual(['A', false]);
  });

  it('does not start a handler for a request that ended while it was handed over', async () => {
    const { calls } = setUp();
    const handled: string[] = [];
    void calls.serve((body) => {
      handled.push(body);
      return body;
    });
    const stop = new AbortController();
    const asking = calls.request('a', { signal: stop.signal });
    stop.abort(new Error('gave up'));
    await expect(asking).rejects.toThrow('gave up');
    expect(await calls.request('b')).toBe('b');
    expect(handled).toEqual(['b']);
    calls.close();
  });

  it('ends everything that waits with the same signal at one abort', async () => {
    const { calls } = setUp();
    const stop = new AbortController();
    const asking = ['a', 'b'].map((body) => calls.request(body, { signal: stop.signal }));
    const signals = [(await taken(calls)).signal, (await taken(calls)).signal];
    // The server of the first gives up the second, too.
    signals[0]?.addEventListener('abort', () => calls.refuse(2, new Error('both')));
    stop.abort(new Error('gave up'));
    const results = await Promise.allSettled(asking);
    expect(results).toMatchObject([{ reason: new Error('gave up') }, { reason: new Error('both') }]);
  });

  it('settles once when what a timeout calls back ends others that are due', async () => {
    const { calls, clock } = setUp();
    const asking = ['a', 'b'].map((body) => calls.request(body));
    const [first, second] = [await taken(calls), await taken(calls)];
    const { signal } = second;
    first.signal.addEventListener('abort', () => calls.reply(second.id, 'just in time'));
    await Promise.all([
      expect(asking[0]).rejects.toMatchObject({ code: 'request_timeout' }),
      expect(asking[1]).resolves.toBe('just in time'),
      clock.advance(1000),
    ]);
    expect([calls.pending, clock.timers, signal.aborted]).toEqual([0, 0, false]);
  });

  it('refuses more requests than may wait', async () => {
    const { calls } = setUp({ maxPending: 1 });
    const first = calls.request('a');
    await expect(calls.request('b')).rejects.toMatchObject({
      code: 'too_many_requests',
      name: 'TooManyRequestsError',
    });
    const { id } = await taken(calls);
    calls.reply(id, 'A');
    expect(await first).toBe('A');
    const third = calls.request('c');
    calls.reply((await taken(calls)).id, 'C');
    expect(await third).toBe('C');
  });

  it('lets a server give up waiting without losing a request', async () => {
    const { calls } = setUp();
    const stop = new AbortController();
    const receiving = calls.receive(stop.signal);
    const serving = calls.serve((body) => body, { signal: stop.signal });
    stop.abort(new Error('shift over'));
    await expect(receiving).rejects.toThrow('shift over');
    await expect(calls.receive(stop.signal)).rejects.toThrow('shift over');
    await serving;
    await calls.serve((body) => body, { signal: stop.signal });
    const asking = calls.request('a');
    calls.reply((await taken(calls)).id, 'A');
    expect(await asking).toBe('A');
  });

  it('closed, rejects all that wait, ends its servers and takes nothing new', async () => {
    const { calls, clock } = setUp();
    const served: string[] = [];
    const asking = ['a', 'b'].map((body) => calls.request(body).catch((error: unknown) => error));
    const { signal } = await taken(calls);
    calls.close();
    calls.close();
    for (const error of await Promise.all(asking)) {
      expect(error).toMatchObject({ code: 'request_reply_closed', name: 'RequestReplyClosedError' });
    }
    expect([signal.aborted, calls.isClosed, calls.pending, calls.untaken, clock.timers]).toEqual([
      true,
      true,
      0,
      0,
      0,
    ]);
    await expect(calls.request('c')).rejects.toMatchObject({ code: 'request_reply_closed' });
    for await (const { body } of calls) served.push(body);
    expect(served).toEqual([]);
  });

  it('is closed by the end of its scope, also for servers that wait', async () => {
    const waiting: Promise<unknown>[] = [];
    {
      await using calls = new RequestReply<string, string>({ maxPending: 1 });
      waiting.push(calls[Symbol.asyncIterator]().next());
    }
    expect(await Promise.all(waiting)).toEqual([{ done: true, value: undefined }]);
  });

  it('refuses numbers out of range', async () => {
    expect(() => setUp({ maxPending: 0 })).toThrow(RangeError);
    expect(() => setUp({ timeoutMs: Number.NaN })).toThrow(RangeError);
    const { calls } = setUp();
    await expect(calls.request('a', { timeoutMs: 0 })).rejects.toThrow(RangeError);
    await expect(calls.serve((body) => body, { workers: 0 })).rejects.toThrow(RangeError);
  });
});
