import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tick } from '../time/manual-clock.ts';
import { Waiter, WaitQueue } from './wait-queue.ts';

/** Puts named waiters into a queue; they write down how they end. */
function line(...names: string[]): {
  queue: WaitQueue<string, string>;
  log: string[];
  waiters: Waiter<string, string>[];
} {
  const queue = new WaitQueue<string, string>();
  const log: string[] = [];
  const waiters = names.map(
    (name) =>
      new Waiter<string, string>(
        name,
        (value) => log.push(`${name} got ${value}`),
        (reason) => log.push(`${name} refused: ${String(reason)}`),
      ),
  );
  for (const waiter of waiters) queue.add(waiter);
  return { queue, log, waiters };
}

/** Forwards, and backwards, to see both links. */
function names(queue: WaitQueue<string, string>): { forwards: string; backwards: string; size: number } {
  let forwards = '';
  let backwards = '';
  let last: Waiter<string, string> | undefined;
  for (let at = queue.first; at !== undefined; at = at.next) {
    forwards += at.ask;
    last = at;
  }
  for (let at = last; at !== undefined; at = at.previous) backwards += at.ask;
  return { forwards, backwards, size: queue.size };
}

describe('WaitQueue', () => {
  it('keeps the order of arrival', () => {
    const { queue } = line('a', 'b', 'c');
    expect(names(queue)).toEqual({ forwards: 'abc', backwards: 'cba', size: 3 });
  });

  it.each([
    ['first', 0, 'bc', 'cb'],
    ['middle', 1, 'ac', 'ca'],
    ['last', 2, 'ab', 'ba'],
  ])(
    'closes the gap when the %s of three leaves, and takes another at the end',
    (_place, index, rest, back) => {
      const { queue, waiters, log } = line('a', 'b', 'c');
      const leaving = waiters[index];
      leaving?.leave();
      leaving?.leave();
      expect(names(queue)).toEqual({ forwards: rest, backwards: back, size: 2 });
      expect([leaving?.queue, leaving?.next, leaving?.previous]).toEqual([undefined, undefined, undefined]);
      queue.add(new Waiter<string, string>('d', String, String));
      expect(names(queue)).toEqual({ forwards: `${rest}d`, backwards: `d${back}`, size: 3 });
      expect(log).toEqual([]);
    },
  );

  it('grants and refuses one, which has left by the time it is told', () => {
    const queue = new WaitQueue<string, undefined>();
    const sizes: number[] = [];
    const note = (): void => void sizes.push(queue.size);
    const [one, two] = [
      new Waiter<string, undefined>(undefined, note, note),
      new Waiter(undefined, note, note),
    ];
    queue.add(one);
    queue.add(two);
    one.grant('x');
    two.refuse('y');
    expect(sizes).toEqual([1, 0]);
  });

  it('gives everybody the same, or refuses everybody, except who joins meanwhile', () => {
    const { queue, log, waiters } = line('a', 'b');
    const late = new Waiter<string, string>('late', String, String);
    waiters[0]?.leave();
    queue.add(
      new Waiter(
        'c',
        () => queue.add(late),
        () => queue.add(late),
      ),
    );
    queue.grantAll('x');
    expect([log, names(queue).forwards]).toEqual([['b got x'], 'late']);
    late.leave();
    const second = line('d', 'e');
    second.queue.refuseAll('closed');
    expect([second.log, second.queue.size]).toEqual([['d refused: closed', 'e refused: closed'], 0]);
    second.queue.add(
      new Waiter(
        'f',
        () => undefined,
        () => second.queue.add(late),
      ),
    );
    second.queue.refuseAll('again');
    expect(names(second.queue).forwards).toBe('late');
  });

  it('does not let one queue take out the waiter of another', () => {
    const { queue, waiters } = line('a');
    new WaitQueue<string, string>().remove(waiters[0] ?? new Waiter('', String, String));
    expect(names(queue)).toEqual({ forwards: 'a', backwards: 'a', size: 1 });
  });
});

describe('WaitQueue.wait', () => {
  it('resolves with what is granted and rejects with what refuses', async () => {
    const queue = new WaitQueue<number, string>();
    const granted = queue.wait('a');
    const refused = queue.wait('b');
    expect([queue.size, queue.first?.ask]).toEqual([2, 'a']);
    queue.first?.grant(7);
    expect(await granted).toBe(7);
    queue.first?.refuse(new Error('no'));
    await expect(refused).rejects.toThrow('no');
  });

  it('leaves at once on abort, with the reason, and tells the queue who left', async () => {
    const left: unknown[] = [];
    const queue = new WaitQueue<number, string>((waiter, reason) =>
      left.push(waiter.ask, reason, waiter.queue, queue.size),
    );
    const stop = new AbortController();
    const staying = queue.wait('stays');
    const leaving = queue.wait('leaves', stop.signal);
    const reason = new Error('gave up');
    stop.abort(reason);
    expect(left).toEqual(['leaves', reason, undefined, 1]);
    await expect(leaving).rejects.toBe(reason);
    queue.first?.grant(1);
    expect(await staying).toBe(1);
  });

  it('tells as whom one has joined, and nothing when it could not', async () => {
    const queue = new WaitQueue<number, string>();
    const joined: unknown[] = [];
    const note = (waiter: Waiter<number, string>): void =>
      void joined.push(waiter.ask, waiter === queue.first);
    const turn = queue.wait('a', undefined, note);
    await expect(queue.wait('b', AbortSignal.abort(new Error('already')), note)).rejects.toThrow('already');
    expect(joined).toEqual(['a', true]);
    queue.first?.grant(1);
    await turn;
  });

  it('does not join with a signal that has aborted, and tells the queue nothing', async () => {
    let told = 0;
    const queue = new WaitQueue<number, undefined>(() => told++);
    await expect(queue.wait(undefined, AbortSignal.abort(new Error('already')))).rejects.toThrow('already');
    expect([queue.size, told]).toEqual([0, 0]);
  });

  it.each(['granted', 'refused'])('ignores an abort after it was %s', async (end) => {
    let told = 0;
    const queue = new WaitQueue<number, undefined>(() => told++);
    const stop = new AbortController();
    const turn = queue.wait(undefined, stop.signal);
    if (end === 'granted') queue.first?.grant(5);
    else queue.first?.refuse(new Error('refused'));
    stop.abort(new Error('late'));
    if (end === 'granted') expect(await turn).toBe(5);
    else await expect(turn).rejects.toThrow('refused');
    expect(told).toBe(0);
  });

  it('lets all who share a signal leave before the queue hears of any', async () => {
    const sizes: number[] = [];
    const queue = new WaitQueue<number, undefined>(() => sizes.push(queue.size));
    const stop = new AbortController();
    const turns = [1, 2, 3].map(() => queue.wait(undefined, stop.signal));
    stop.abort(new Error('all'));
    expect(sizes).toEqual([0, 0, 0]);
    const ends = await Promise.allSettled(turns);
    expect(ends.map((end) => end.status)).toEqual(['rejected', 'rejected', 'rejected']);
  });

  it('keeps the signal of a waiter that moves to another queue', async () => {
    const told: string[] = [];
    const from = new WaitQueue<number, string>(() => told.push('from'));
    const to = new WaitQueue<number, string>(() => told.push('to'));
    const stop = new AbortController();
    const turn = from.wait('a', stop.signal);
    const waiter = from.first;
    if (waiter !== undefined) {
      from.remove(waiter);
      to.add(waiter);
    }
    expect([from.size, to.size]).toEqual([0, 1]);
    stop.abort(new Error('gave up'));
    await expect(turn).rejects.toThrow('gave up');
    expect([to.size, told]).toEqual([0, ['to']]);
  });

  it('takes as long for each in one long line as in many short ones, served, from the end, or aborted at once', async () => {
    const waiters = 50_000;
    type End = (queue: WaitQueue<void, number>, stop: AbortController) => void;
    /** As many alive in both cases, so that the garbage collector has the same to do. */
    const measureMs = async (lines: number, end: End): Promise<number> => {
      const started = performance.now();
      const all = Array.from({ length: lines }, () => {
        const queue = new WaitQueue<void, number>();
        const stop = new AbortController();
        const turns = Array.from({ length: waiters / lines }, (_, n) => queue.wait(n, stop.signal));
        return { queue, stop, turns };
      });
      for (const { queue, stop, turns } of all) {
        end(queue, stop);
        expect(queue.size).toBe(0);
        await Promise.allSettled(turns);
      }
      return performance.now() - started;
    };
    const serve: End = (queue) => {
      while (queue.first !== undefined) queue.first.grant();
    };
    const serveFromTheEnd: End = (queue) => {
      const inLine: Waiter<void, number>[] = [];
      for (let at = queue.first; at !== undefined; at = at.next) inLine.push(at);
      for (const waiter of inLine.toReversed()) waiter.grant();
    };
    const abort: End = (_queue, stop) => stop.abort();
    for (const end of [serve, serveFromTheEnd, abort]) {
      const short = await measureMs(100, end);
      const long = await measureMs(1, end);
      // Where each step looks through the line, the long one takes far longer: 50,000 listeners of one signal, 25 times.
      expect(long).toBeLessThan(8 * short);
    }
  });
});

describe('WaitQueue, for any sequence of steps', () => {
  it('holds those who came and have not left, in their order', async () => {
    const step = fc.oneof(
      fc.record({ type: fc.constant('join' as const), isAbortable: fc.boolean() }),
      fc.record({
        type: fc.constantFrom('grant' as const, 'refuse' as const, 'abort' as const),
        pick: fc.nat(),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
        const queue = new WaitQueue<number, number>();
        const model: { id: number; waiter: Waiter<number, number>; stop: AbortController | undefined }[] = [];
        const ends: string[] = [];
        const expected: string[] = [];
        let id = 0;
        for (const current of steps) {
          if (current.type === 'join') {
            const stop = current.isAbortable ? new AbortController() : undefined;
            const name = id++;
            queue.wait(name, stop?.signal).then(
              (value) => ends.push(`${name}:${value}`),
              (reason) => ends.push(`${name}:${reason}`),
            );
            let waiter = queue.first;
            while (waiter?.next !== undefined) waiter = waiter.next;
            if (waiter !== undefined) model.push({ id: name, waiter, stop });
          } else if (model.length > 0) {
            const index = current.pick % model.length;
            const picked = model[index];
            if (current.type === 'abort' && picked?.stop === undefined) continue;
            model.splice(index, 1);
            if (current.type === 'abort') picked?.stop?.abort('aborted');
            else if (current.type === 'grant') picked?.waiter.grant(index);
            else picked?.waiter.refuse('refused');
            const how = { abort: 'aborted', grant: index, refuse: 'refused' }[current.type];
            expected.push(`${picked?.id}:${how}`);
          }
          const inLine: number[] = [];
          for (let at = queue.first; at !== undefined; at = at.next) inLine.push(at.ask);
          expect(inLine).toEqual(model.map((entry) => entry.id));
          expect(queue.size).toBe(model.length);
        }
        await tick();
        expect(ends).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });
});
