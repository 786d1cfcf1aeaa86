import { describe, expect, it, onTestFinished } from 'vitest';
import { Channel } from '../channels/channel.ts';
import { select } from '../channels/select.ts';
import { Mutex } from '../sync/mutex.ts';
import { RwLock } from '../sync/rw-lock.ts';
import { Semaphore } from '../sync/semaphore.ts';
import { createManualClock } from '../time/manual-clock.ts';
import type { Deadlock } from './deadlock.ts';
import { DeadlockDetector, type DeadlockDetectorOptions } from './deadlock-detector.ts';
import { inspect } from './inspect.ts';

function setUp(options: Partial<DeadlockDetectorOptions> = {}) {
  const clock = createManualClock();
  const told: Deadlock[] = [];
  const detector = new DeadlockDetector({
    clock,
    onDeadlock: (deadlock) => void told.push(deadlock),
    ...options,
  });
  onTestFinished(() => detector.close());
  const texts = (): string[] => told.map(({ text }) => text);
  return { clock, detector, told, texts };
}

/** A wait that is never served in the test. */
function forEver(wait: Promise<unknown>): void {
  wait.catch(() => undefined);
}

describe('locks', () => {
  it('names the cycle of two tasks that took two locks in a different order', async () => {
    const { clock, detector, told } = setUp();
    const [accounts, ledger] = [new Mutex(), new Mutex()];
    detector.watchLock('accounts', accounts);
    detector.watchLock('ledger', ledger);
    const [payer, auditor] = [detector.task('payer'), detector.task('auditor')];
    await payer.call(() => accounts.acquire());
    await auditor.call(() => ledger.acquire());
    forEver(payer.call(() => ledger.acquire()));
    await clock.advance(5000);
    expect(told).toEqual([]);
    forEver(auditor.call(() => accounts.acquire()));
    await clock.advance(999);
    expect(told).toEqual([]);
    await clock.advance(1);
    expect(told).toEqual([
      {
        steps: [
          { task: 'payer', waitsFor: 'ledger', because: 'held by', on: 'auditor' },
          { task: 'auditor', waitsFor: 'accounts', because: 'held by', on: 'payer' },
        ],
        standingMs: 1000,
        text: 'payer waits for ledger, held by auditor; auditor waits for accounts, held by payer',
      },
    ]);
  });

  it('tells a deadlock once, and a new one after that', async () => {
    const { clock, detector, texts } = setUp();
    const [a, b, c] = [new Mutex(), new Mutex(), new Mutex()];
    detector.watchLock('a', a);
    detector.watchLock('b', b);
    detector.watchLock('c', c);
    const [one, two, three] = [detector.task('one'), detector.task('two'), detector.task('three')];
    await one.call(() => a.acquire());
    await two.call(() => b.acquire());
    await three.call(() => c.acquire());
    const giveUp = new AbortController();
    forEver(one.call(() => b.acquire({ signal: giveUp.signal })));
    forEver(two.call(() => a.acquire()));
    await clock.advance(1000);
    // Somebody stuck behind the cycle is not another one.
    forEver(three.call(() => a.acquire()));
    await clock.advance(5000);
    expect(texts()).toHaveLength(1);
    giveUp.abort();
    forEver(one.call(() => c.acquire()));
    await clock.advance(1000);
    expect(texts()).toHaveLength(2);
    expect(texts()[1]).toBe('one waits for c, held by three; three waits for a, held by one');
  });

  it('sees a task that waits for itself', async () => {
    const { detector } = setUp();
    const lock = new Mutex();
    detector.watchLock('lock', lock);
    const task = detector.task('task');
    await task.call(() => lock.acquire());
    forEver(task.call(() => lock.acquire()));
    expect(detector.check()).toMatchObject([{ text: 'task waits for lock, held by task' }]);
  });

  it('stays silent when the holder is not known', async () => {
    const { detector } = setUp();
    const [a, b] = [new Mutex(), new Mutex()];
    const beforehand = await a.acquire();
    detector.watchLock('a', a);
    detector.watchLock('b', b);
    const task = detector.task('task');
    forEver(task.call(() => a.acquire()));
    const other = detector.task('other');
    await b.acquire();
    forEver(other.call(() => b.acquire()));
    expect(detector.check()).toEqual([]);
    beforehand.release();
    expect(a.isLocked).toBe(true);
  });

  it("takes a permit to be its asker's, also when it was handed over, until it is released", async () => {
    const { detector } = setUp();
    const [a, b] = [new Mutex(), new Mutex()];
    detector.watchLock('a', a);
    detector.watchLock('b', b);
    const [one, two] = [detector.task('one'), detector.task('two')];
    const first = await two.call(() => a.acquire());
    const handing = one.call(() => a.acquire());
    first.release();
    const held = await handing;
    await two.call(() => b.acquire());
    forEver(one.call(() => b.acquire()));
    const waiting = two.call(() => a.acquire());
    expect(detector.check()).toHaveLength(1);
    held.release();
    await waiting;
    expect(detector.check()).toEqual([]);
  });

  it('counts the units of a semaphore: some that are held by others may come', async () => {
    const { detector } = setUp();
    const seats = new Semaphore(3);
    const door = new Mutex();
    detector.watchLock('seats', seats);
    detector.watchLock('door', door);
    const [one, two] = [detector.task('one'), detector.task('two')];
    await one.call(() => seats.acquire({ weight: 2 }));
    const outsider = await seats.acquire();
    await two.call(() => door.acquire());
    forEver(one.call(() => door.acquire()));
    const small = two.call(() => seats.acquire());
    expect(detector.check()).toEqual([]);
    outsider.release();
    await small;
    forEver(two.call(() => seats.acquire({ weight: 2 })));
    expect(detector.check()).toMatchObject([
      { text: 'one waits for door, held by two; two waits for seats, held by one' },
    ]);
  });

  it('sees that a light asker is stuck behind a heavy one', async () => {
    const { detector } = setUp();
    const seats = new Semaphore(2);
    detector.watchLock('seats', seats);
    const [one, two] = [detector.task('one'), detector.task('two')];
    await one.call(() => seats.acquire());
    forEver(two.call(() => seats.acquire({ weight: 2 })));
    expect(detector.check()).toEqual([]);
    forEver(one.call(() => seats.acquire()));
    expect(detector.check()).toMatchObject([
      {
        steps: [
          { task: 'two', waitsFor: 'seats', because: 'held by', on: 'one' },
          { task: 'one', waitsFor: 'seats', because: 'behind', on: 'two' },
        ],
      },
    ]);
  });

  it('knows that readers share, that writers do not, and that an upgrade leaves its own permit out', async () => {
    const { detector } = setUp();
    const [lock, door] = [new RwLock(), new Mutex()];
    detector.watchLock('lock', lock);
    detector.watchLock('door', door);
    const [one, two] = [detector.task('one'), detector.task('two')];
    const reading = await one.call(() => lock.acquireRead());
    await two.call(() => lock.acquireRead());
    await two.call(() => door.acquire());
    const upgrading = one.call(() => reading.upgrade());
    expect(detector.check()).toEqual([]);
    forEver(upgrading);
    forEver(two.call(() => lock.acquireWrite()));
    expect(detector.check().map(({ text }) => text)).toEqual([
      'one waits for lock, held by two; two waits for lock, held by one',
    ]);
  });

  it('sees a reader that waits for a writer that waits for it', async () => {
    const { detector } = setUp();
    const [lock, door] = [new RwLock(), new Mutex()];
    detector.watchLock('lock', lock);
    detector.watchLock('door', door);
    const [writer, reader] = [detector.task('writer'), detector.task('reader')];
    await writer.call(() => lock.acquireWrite());
    await reader.call(() => door.acquire());
    forEver(reader.call(() => lock.acquireRead()));
    expect(detector.check()).toEqual([]);
    forEver(writer.call(() => door.acquire()));
    expect(detector.check()).toMatchObject([
      { text: 'reader waits for lock, held by writer; writer waits for door, held by reader' },
    ]);
  });

  it('keeps several holders apart, also when one of them changes what it holds', async () => {
    const { detector } = setUp();
    const [lock, door] = [new RwLock(), new Mutex()];
    detector.watchLock('lock', lock);
    detector.watchLock('door', door);
    const [one, two] = [detector.task('one'), detector.task('two')];
    const first = await one.call(() => lock.acquireRead());
    const second = await two.call(() => lock.acquireRead());
    first.release();
    expect(second.tryUpgrade()).toBe(true);
    await one.call(() => door.acquire());
    const waiting = one.call(() => lock.acquireRead());
    forEver(two.call(() => door.acquire()));
    expect(detector.check()).toMatchObject([
      { text: 'one waits for lock, held by two; two waits for door, held by one' },
    ]);
    second.release();
    (await waiting).release();
    const again = await lock.acquireWrite();
    forEver(one.call(() => lock.acquireRead()));
    expect(detector.check()).toEqual([]);
    again.release();
  });

  it('forgets a lock it no longer watches', async () => {
    const { detector } = setUp();
    const lock = new Mutex();
    const stop = detector.watchLock('lock', lock);
    const task = detector.task('task');
    await task.call(() => lock.acquire());
    forEver(task.call(() => lock.acquire()));
    stop();
    expect(task.waits.size).toBe(0);
    expect(detector.check()).toEqual([]);
  });

  it('shares a lock with another detector', async () => {
    const [first, second] = [setUp(), setUp()];
    const [lock, other] = [new Semaphore(1), new Mutex()];
    const stop = first.detector.watchLock('lock', lock);
    second.detector.watchLock('lock', lock);
    second.detector.watchLock('other', other);
    const task = second.detector.task('task');
    const permit = await task.call(() => lock.acquire());
    const next = task.call(() => lock.acquire());
    expect(second.detector.check()).toHaveLength(1);
    permit.release();
    await next;
    stop();
    forEver(task.call(() => lock.acquire()));
    expect(second.detector.check()).toHaveLength(1);
  });
});

describe('channels', () => {
  it('takes no idle channel for a deadlock', async () => {
    const { clock, detector, texts } = setUp();
    const jobs = new Channel<string>(1);
    detector.watchChannel('jobs', jobs);
    const worker = detector.task('worker');
    const receiving = worker.call(() => jobs.receive());
    await clock.advance(60_000);
    expect(texts()).toEqual([]);
    await jobs.send('late');
    await expect(receiving).resolves.toEqual({ done: false, value: 'late' });
  });

  it('takes no channel whose sender is only idle for a deadlock', async () => {
    const { clock, detector, texts } = setUp();
    const jobs = new Channel<string>(1);
    const [worker, boss] = [detector.task('worker'), detector.task('boss')];
    detector.watchChannel('jobs', jobs, { senders: [boss], receivers: [worker] });
    forEver(worker.call(() => jobs.receive()));
    await clock.advance(60_000);
    expect(texts()).toEqual([]);
  });

  it('sees two tasks that each wait for the other to send', async () => {
    const { clock, detector, texts } = setUp();
    const [left, right] = [new Channel<number>(1), new Channel<number>(1)];
    const [a, b, c] = [detector.task('a'), detector.task('b'), detector.task('c')];
    detector.watchChannel('left', left, { senders: [b, c] });
    detector.watchChannel('right', right, { senders: [a] });
    forEver(a.call(() => left.receive()));
    forEver(b.call(() => right.receive()));
    await clock.advance(1000);
    expect(texts()).toEqual([]);
    c.end();
    c[Symbol.dispose]();
    await clock.advance(1000);
    expect(texts()).toEqual(['a waits for left, fed by b; b waits for right, fed by a']);
  });

  it('sees two tasks that each wait for the other to receive', async () => {
    const { detector } = setUp();
    const [left, right] = [new Channel<number>(0), new Channel<number>(0)];
    const [a, b] = [detector.task('a'), detector.task('b')];
    detector.watchChannel('left', left, { receivers: [b] });
    detector.watchChannel('right', right, { receivers: [a] });
    forEver(a.call(() => left.send(1)));
    forEver(b.call(() => right.send(1)));
    expect(detector.check().map(({ text }) => text)).toEqual([
      'a waits for left, drained by b; b waits for right, drained by a',
    ]);
  });

  it('sees a receiver whose senders have all ended without closing', async () => {
    const { clock, detector, texts } = setUp();
    const jobs = new Channel<string>(1);
    const [worker, boss, client] = [detector.task('worker'), detector.task('boss'), detector.task('client')];
    const replies = new Channel<string>(1);
    detector.watchChannel('jobs', jobs, { senders: [boss] });
    detector.watchChannel('replies', replies, { senders: [worker] });
    forEver(client.call(() => replies.receive()));
    forEver(worker.call(() => jobs.receive()));
    await clock.advance(1000);
    boss.end();
    await clock.advance(1000);
    expect(boss.hasEnded).toBe(true);
    expect(texts()).toEqual(['worker waits for jobs, which only boss, now ended, would serve']);
  });

  it('sees a receiver of a channel that nobody sends to', () => {
    const { detector } = setUp();
    const jobs = new Channel<string>(1);
    detector.watchChannel('jobs', jobs, { senders: [] });
    const worker = detector.task('worker');
    forEver(worker.call(() => jobs.receive()));
    expect(detector.check()).toMatchObject([{ text: 'worker waits for jobs, which nobody would serve' }]);
  });

  it('takes a select to need one of its channels only', async () => {
    const { clock, detector, texts } = setUp();
    const [left, right, third] = [new Channel<number>(1), new Channel<number>(1), new Channel<number>(1)];
    const [a, b, c] = [detector.task('a'), detector.task('b'), detector.task('c')];
    detector.watchChannel('left', left, { senders: [b] });
    detector.watchChannel('right', right, { senders: [a] });
    detector.watchChannel('third', third, { senders: [c] });
    forEver(a.call(() => select({ left, third })));
    forEver(b.call(() => right.receive()));
    await clock.advance(10_000);
    expect(texts()).toEqual([]);
    c.end();
    await clock.advance(1000);
    expect(texts()).toEqual(['a waits for left, fed by b; b waits for right, fed by a']);
  });

  it('notices when a task gives up the last wait that could have ended', async () => {
    const { clock, detector, texts } = setUp();
    const [left, right, open] = [new Channel<number>(1), new Channel<number>(1), new Channel<number>(1)];
    const [a, b] = [detector.task('a'), detector.task('b')];
    detector.watchChannel('left', left, { senders: [b] });
    detector.watchChannel('right', right, { senders: [a] });
    detector.watchChannel('open', open);
    const giveUp = new AbortController();
    forEver(a.call(() => Promise.any([left.receive(), open.receive(giveUp.signal)])));
    forEver(b.call(() => right.receive()));
    await clock.advance(10_000);
    giveUp.abort();
    await clock.advance(999);
    expect(texts()).toEqual([]);
    await clock.advance(1);
    expect(texts()).toEqual(['a waits for left, fed by b; b waits for right, fed by a']);
  });

  it('judges nobody who waits at something it no longer watches', async () => {
    const { detector } = setUp();
    const [left, right] = [new Channel<number>(1), new Channel<number>(1)];
    const a = detector.task('a');
    detector.watchChannel('left', left, { senders: [a] });
    const stop = detector.watchChannel('right', right);
    forEver(a.call(() => select({ left, right })));
    stop();
    stop();
    expect(detector.check()).toEqual([]);
  });

  it('sees a cycle through a lock and a channel', async () => {
    const { detector } = setUp();
    const [lock, jobs] = [new Mutex(), new Channel<number>(1)];
    const [a, b] = [detector.task('a'), detector.task('b')];
    detector.watchLock('lock', lock);
    detector.watchChannel('jobs', jobs, { senders: [b] });
    using _inspection = inspect(jobs);
    await a.call(() => lock.acquire());
    forEver(a.call(() => jobs.receive()));
    forEver(b.call(() => lock.acquire()));
    expect(detector.check()).toMatchObject([
      { text: 'a waits for jobs, fed by b; b waits for lock, held by a' },
    ]);
  });

  it('judges nobody it does not know', async () => {
    const { clock, detector, texts } = setUp();
    const jobs = new Channel<string>(1, { overflow: 'drop-newest' });
    detector.watchChannel('jobs', jobs, { senders: [], receivers: [] });
    const receiving = jobs.receive();
    await clock.advance(5000);
    for (const job of ['a', 'b', 'c']) await jobs.send(job);
    await receiving;
    expect(jobs.dropped).toBe(1);
    expect(texts()).toEqual([]);
  });

  it('forgets waits that end', async () => {
    const { detector } = setUp();
    const jobs = new Channel<string>(1);
    const worker = detector.task('worker');
    const stop = detector.watchChannel('jobs', jobs, { senders: [] });
    const receiving = worker.call(() => jobs.receive());
    expect(worker.waits.size).toBe(1);
    jobs.close();
    await receiving;
    expect(worker.waits.size).toBe(0);
    stop();
    expect(detector.check()).toEqual([]);
  });
});

describe('time', () => {
  it('tells a deadlock only after it has stood for the timeout', async () => {
    const { clock, detector, told } = setUp({ checkIntervalMs: 100, timeoutMs: 450 });
    const lock = new Mutex();
    detector.watchLock('lock', lock);
    const task = detector.task('task');
    await task.call(() => lock.acquire());
    forEver(task.call(() => lock.acquire()));
    await clock.advance(499);
    expect(told).toEqual([]);
    await clock.advance(1);
    expect(told).toMatchObject([{ standingMs: 500 }]);
  });

  it('says nothing of a wait that gave up before the timeout', async () => {
    const { clock, detector, told } = setUp({ checkIntervalMs: 100, timeoutMs: 1000 });
    const lock = new Mutex();
    detector.watchLock('lock', lock);
    const task = detector.task('task');
    await task.call(() => lock.acquire());
    const giveUp = new AbortController();
    forEver(task.call(() => lock.acquire({ signal: giveUp.signal })));
    await clock.advance(900);
    giveUp.abort();
    await clock.advance(10_000);
    expect(told).toEqual([]);
  });

  it('runs no timer while nothing happens, nor after it was closed', async () => {
    const { clock, detector } = setUp();
    const lock = new Mutex();
    detector.watchLock('lock', lock);
    const task = detector.task('task');
    await task.call(() => lock.acquire());
    expect(clock.timers).toBe(0);
    forEver(task.call(() => lock.acquire()));
    expect(clock.timers).toBe(1);
    await clock.advance(1000);
    expect(clock.timers).toBe(0);
    forEver(task.call(() => lock.acquire()));
    await detector[Symbol.asyncDispose]();
    expect(clock.timers).toBe(0);
    task.end();
    expect(clock.timers).toBe(0);
  });

  it("uses the machine's clock when given none", async () => {
    const found = Promise.withResolvers<string>();
    const detector = new DeadlockDetector({
      checkIntervalMs: 1,
      onDeadlock: ({ text }) => found.resolve(text),
    });
    onTestFinished(() => detector.close());
    const lock = new Mutex();
    detector.watchLock('lock', lock);
    const task = detector.task('task');
    await task.call(() => lock.acquire());
    forEver(task.call(() => lock.acquire()));
    await expect(found.promise).resolves.toBe('task waits for lock, held by task');
  });
});

it('attributes calls to the task that makes them, also when calls are nested', async () => {
  const { detector } = setUp();
  const [a, b] = [new Mutex(), new Mutex()];
  detector.watchLock('a', a);
  detector.watchLock('b', b);
  const [outer, inner] = [detector.task('outer'), detector.task('inner')];
  outer.call(() => {
    inner.call(() => forEver(a.acquire()));
    forEver(b.acquire());
  });
  expect(() => outer.call(() => throwing())).toThrow('on purpose');
  forEver(a.acquire());
  forEver(inner.call(() => a.acquire()));
  expect(detector.check()).toMatchObject([{ text: 'inner waits for a, held by inner' }]);
});

function throwing(): never {
  throw new Error('on purpose');
}
