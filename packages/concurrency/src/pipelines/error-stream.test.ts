import { describe, expect, it } from 'vitest';
import { tick } from '../time/manual-clock.ts';
import { ErrorStream } from './error-stream.ts';

const failure = (item: number) => ({ stage: 'parse', item, attempt: 1, error: new Error(`no ${item}`) });

describe('ErrorStream', () => {
  it('gives failures in order and ends when it is closed and empty', async () => {
    const errors = new ErrorStream();
    void errors.add(failure(1));
    void errors.add(failure(2));
    errors.close();
    const read: unknown[] = [];
    for await (const { item } of errors) read.push(item);
    expect(read).toEqual([1, 2]);
    expect([errors.total, errors.dropped, errors.size]).toEqual([2, 0, 0]);
  });

  it('full and unread, drops the oldest and counts it', () => {
    const errors = new ErrorStream({ capacity: 2 });
    for (const item of [1, 2, 3]) expect(errors.add(failure(item))).toBeUndefined();
    expect([errors.total, errors.dropped, errors.size]).toEqual([3, 1, 2]);
    expect([errors.tryReceive()?.value?.item, errors.tryReceive()?.value?.item, errors.tryReceive()]).toEqual(
      [2, 3, undefined],
    );
  });

  it('told to block, holds back who adds until there is room', async () => {
    const errors = new ErrorStream({ capacity: 1, whenFull: 'block' });
    expect(errors.add(failure(1))).toBeUndefined();
    let isAdded = false;
    const adding = errors.add(failure(2))?.then(() => (isAdded = true));
    await tick();
    expect(isAdded).toBe(false);
    expect((await errors.receive()).value?.item).toBe(1);
    await adding;
    expect([errors.total, errors.dropped, errors.size]).toEqual([2, 0, 1]);
  });

  it('closed while somebody waits to add, lets them go and counts theirs as dropped', async () => {
    const errors = new ErrorStream({ capacity: 1, whenFull: 'block' });
    void errors.add(failure(1));
    const adding = errors.add(failure(2));
    errors.close();
    await adding;
    expect([errors.total, errors.dropped]).toEqual([2, 1]);
  });

  it('lets a reader give up and keeps the failure for the next one', async () => {
    const errors = new ErrorStream();
    const stop = new AbortController();
    const receiving = errors.receive(stop.signal);
    stop.abort(new Error('gone'));
    await expect(receiving).rejects.toThrow('gone');
    void errors.add(failure(7));
    expect((await errors.receive()).value?.item).toBe(7);
  });

  it('refuses a capacity that holds nothing', () => {
    expect(() => new ErrorStream({ capacity: 0 })).toThrow(RangeError);
    expect(() => new ErrorStream({ capacity: -1 })).toThrow(RangeError);
  });
});
