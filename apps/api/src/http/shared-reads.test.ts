import type { KeptAnswer } from '@zaphub/features';
import { describe, expect, test } from 'vitest';
import { createSharedReads } from './shared-reads.ts';

/** Reads whose answers the test gives. */
function stage() {
  let nowMs = 0;
  const reads: { asker: string; answer: (body: string) => void; fail: (error: Error) => void }[] = [];
  const shared = createSharedReads(() => nowMs);
  return {
    reads,
    wait: (ms: number): void => void (nowMs += ms),
    ask: (key: string, asker: string): Promise<KeptAnswer> =>
      shared.run(key, () => {
        const { promise, resolve, reject } = Promise.withResolvers<KeptAnswer>();
        reads.push({ asker, answer: (body) => resolve({ status: 200, body }), fail: reject });
        return promise;
      }),
  };
}

/** Lets everything that is ready go on. */
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
const of = (body: string): KeptAnswer => ({ status: 200, body });

describe('reads by the same words', () => {
  test('that come while one is under way are one, and begin after it', async () => {
    const s = stage();
    const first = s.ask('a', 'first');
    const crowd = [s.ask('a', 'second'), s.ask('a', 'third'), s.ask('a', 'fourth')];
    expect(s.reads.map((read) => read.asker)).toEqual(['first']);
    s.reads[0]?.answer('old');
    expect(await first).toEqual(of('old'));
    await turn();
    expect(s.reads.map((read) => read.asker)).toEqual(['first', 'second']);
    s.reads[1]?.answer('new');
    expect(await Promise.all(crowd)).toEqual([of('new'), of('new'), of('new')]);
  });

  test('never answer with a read that had begun before they were asked for', async () => {
    const s = stage();
    const first = s.ask('a', 'first');
    const second = s.ask('a', 'second');
    s.reads[0]?.answer('1');
    await first;
    await turn();
    const third = s.ask('a', 'third');
    s.reads[1]?.answer('2');
    expect(await second).toEqual(of('2'));
    await turn();
    expect(s.reads.map((read) => read.asker)).toEqual(['first', 'second', 'third']);
    s.reads[2]?.answer('3');
    expect(await third).toEqual(of('3'));
  });

  test('go alone when nobody else asks, and other words do not wait', async () => {
    const s = stage();
    const answers = [s.ask('a', 'first'), s.ask('b', 'other')];
    expect(s.reads).toHaveLength(2);
    for (const read of s.reads) read.answer(read.asker);
    expect(await Promise.all(answers)).toEqual([of('first'), of('other')]);
    await turn();
    const again = s.ask('a', 'again');
    expect(s.reads).toHaveLength(3);
    s.reads[2]?.answer('again');
    expect(await again).toEqual(of('again'));
  });

  test('that came in time do not wait for one that hangs either', async () => {
    const s = stage();
    void s.ask('a', 'hangs');
    s.wait(980);
    const crowd = [s.ask('a', 'second'), s.ask('a', 'third')];
    await expect.poll(() => s.reads.map((read) => read.asker)).toEqual(['hangs', 'second']);
    s.reads[1]?.answer('new');
    expect(await Promise.all(crowd)).toEqual([of('new'), of('new')]);
    const last = s.ask('a', 'last');
    s.reads[2]?.answer('newer');
    expect(await last).toEqual(of('newer'));
  });

  test('do not wait for one that hangs, and go on after one that failed', async () => {
    const s = stage();
    const hangs = s.ask('a', 'hangs');
    s.wait(1_001);
    const beside = s.ask('a', 'beside');
    expect(s.reads).toHaveLength(2);
    const behind = [s.ask('a', 'behind'), s.ask('a', 'behind too')];
    s.reads[1]?.fail(new Error('it broke'));
    await expect(beside).rejects.toThrow('it broke');
    await turn();
    expect(s.reads.map((read) => read.asker)).toEqual(['hangs', 'beside', 'behind']);
    s.reads[2]?.fail(new Error('again'));
    for (const one of behind) await expect(one).rejects.toThrow('again');
    s.reads[0]?.answer('at last');
    expect(await hangs).toEqual(of('at last'));
  });
});
