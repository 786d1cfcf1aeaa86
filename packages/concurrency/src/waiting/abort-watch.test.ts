import { describe, expect, it } from 'vitest';
import { AbortWatch } from './abort-watch.ts';

/** A signal that counts its listeners, and targets that write down what they are told. */
function stage(): {
  stop: AbortController;
  listeners: () => number;
  log: string[];
  watch: (name: string, after?: () => void) => AbortWatch;
} {
  const stop = new AbortController();
  const { signal } = stop;
  let count = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  Object.assign(signal, {
    addEventListener: (...args: Parameters<typeof add>) => {
      count++;
      add(...args);
    },
    removeEventListener: (...args: Parameters<typeof remove>) => {
      count--;
      remove(...args);
    },
  });
  const log: string[] = [];
  const watch = (name: string, after?: () => void): AbortWatch =>
    new AbortWatch(signal, {
      abort: (reason) => {
        log.push(`${name}: ${String(reason)}`);
        return after;
      },
    });
  return { stop, listeners: () => count, log, watch };
}

describe('AbortWatch', () => {
  it('tells each target once, in the order they came, and why', () => {
    const { stop, log, watch } = stage();
    watch('a');
    watch('b');
    watch('c');
    stop.abort('enough');
    stop.abort('again');
    expect(log).toEqual(['a: enough', 'b: enough', 'c: enough']);
  });

  it('runs what targets return after all have been told', () => {
    const { stop, log, watch } = stage();
    watch('a', () => log.push('after a'));
    watch('b');
    watch('c', () => log.push('after c'));
    stop.abort('x');
    expect(log).toEqual(['a: x', 'b: x', 'c: x', 'after a', 'after c']);
  });

  it.each([
    ['first', 0, ['b: x', 'c: x']],
    ['middle', 1, ['a: x', 'c: x']],
    ['last', 2, ['a: x', 'b: x']],
  ])(
    'tells nothing to the %s of three when it has ended, and the others still',
    (_place, index, expected) => {
      const { stop, log, watch } = stage();
      const watches = [watch('a'), watch('b'), watch('c')];
      watches[index]?.end();
      watches[index]?.end();
      stop.abort('x');
      expect(log).toEqual(expected);
    },
  );

  it('lets one join behind another that remained', () => {
    const { stop, log, watch } = stage();
    const [a, , c] = [watch('a'), watch('b'), watch('c')];
    a.end();
    c.end();
    watch('d');
    stop.abort('x');
    expect(log).toEqual(['b: x', 'd: x']);
  });

  it('listens to the signal once, however many watch, and only while somebody does', () => {
    const { stop, listeners, watch } = stage();
    const first = watch('a');
    const second = watch('b');
    expect(listeners()).toBe(1);
    first.end();
    expect(listeners()).toBe(1);
    second.end();
    second.end();
    expect(listeners()).toBe(0);
    watch('c');
    expect(listeners()).toBe(1);
    stop.abort();
    expect(listeners()).toBe(0);
  });

  it('leaves out a target whose watch another ends while the signal aborts', () => {
    const { stop, log } = stage();
    const watches: AbortWatch[] = [];
    const first = new AbortWatch(stop.signal, {
      abort: () => {
        watches[1]?.end();
        return undefined;
      },
    });
    const second = new AbortWatch(stop.signal, {
      abort: () => {
        log.push('second');
        return undefined;
      },
    });
    watches.push(first, second);
    stop.abort();
    expect(log).toEqual([]);
  });
});
