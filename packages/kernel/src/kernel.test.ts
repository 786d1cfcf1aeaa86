import { describe, expect, expectTypeOf, it } from 'vitest';
import { KernelBootError, PluginNotReadyError } from './errors.ts';
import { createKernel, type KernelEvent } from './kernel.ts';
import { createManualClock, tick } from '@zaphub/concurrency/testing';
import { definePlugin } from './plugin.ts';

describe('starting', () => {
  it('gives each plugin the apis it depends on, typed, under the names it chose', async () => {
    const database = definePlugin({
      name: 'database',
      start: () => ({ api: { query: (sql: string) => `${sql}!` } }),
    });
    const reports = definePlugin({
      name: 'reports',
      dependsOn: { db: database },
      start: ({ db }) => {
        expectTypeOf(db).toEqualTypeOf<{ query: (sql: string) => string }>();
        return { api: { daily: () => db.query('select 1') } };
      },
    });
    const kernel = createKernel([reports, database]);
    await kernel.start();
    expect(kernel.api(reports).daily()).toBe('select 1!');
    expectTypeOf(kernel.api(database)).toEqualTypeOf<{ query: (sql: string) => string }>();
  });

  it('starts the members of a batch together, and the next batch only after all of them', async () => {
    const slow = Promise.withResolvers<undefined>();
    const started: string[] = [];
    const a = definePlugin({
      name: 'a',
      start: async () => {
        started.push('a');
        await slow.promise;
        return { api: 1 };
      },
    });
    const b = definePlugin({
      name: 'b',
      start: () => {
        started.push('b');
        return { api: 2 };
      },
    });
    const c = definePlugin({
      name: 'c',
      dependsOn: { a, b },
      start: ({ a: one, b: two }) => {
        started.push('c');
        return { api: one + two };
      },
    });
    const kernel = createKernel([c, b, a]);
    const booting = kernel.start();
    await tick();
    expect(started).toEqual(['b', 'a']);
    slow.resolve(undefined);
    await booting;
    expect(started).toEqual(['b', 'a', 'c']);
    expect(kernel.api(c)).toBe(3);
  });

  it('refuses a second start', async () => {
    const kernel = createKernel([]);
    await kernel.start();
    await expect(kernel.start()).rejects.toMatchObject({ code: 'kernel_already_started' });
  });

  it('hands out no api of a plugin that is not running', async () => {
    const a = definePlugin({ name: 'a', start: () => ({ api: 1 }) });
    const stranger = definePlugin({ name: 'stranger', start: () => ({ api: 1 }) });
    const kernel = createKernel([a]);
    expect(() => kernel.api(a)).toThrow(PluginNotReadyError);
    await kernel.start();
    expect(kernel.api(a)).toBe(1);
    expect(() => kernel.api(stranger)).toThrow('"stranger"');
    await kernel.close();
    expect(() => kernel.api(a)).toThrow(PluginNotReadyError);
  });

  it('fails a plugin by name when it takes longer than its own time', async () => {
    const clock = createManualClock();
    let seen: AbortSignal | undefined;
    const stuck = definePlugin({
      name: 'redis',
      startTimeoutMs: 500,
      start: (_apis, { signal }) => {
        seen = signal;
        return new Promise<never>(() => undefined);
      },
    });
    const kernel = createKernel([stuck], { clock });
    const booting = kernel.start();
    const failure = expect(booting).rejects.toMatchObject({ code: 'plugin_start_timeout', plugin: 'redis' });
    await clock.advance(499);
    expect(seen?.aborted).toBe(false);
    await clock.advance(1);
    await failure;
    expect(seen?.aborted).toBe(true);
    expect(clock.timers).toBe(0);
  });
});

describe('optional plugins', () => {
  it('run on their fallback and are reported', async () => {
    const events: KernelEvent[] = [];
    const cache = definePlugin<{ size: number }>({
      name: 'cache',
      optional: { fallback: () => ({ size: 0 }) },
      start: () => {
        throw new Error('connection refused');
      },
    });
    const user = definePlugin({
      name: 'user',
      dependsOn: { cache },
      start: ({ cache }) => ({ api: cache.size }),
    });
    const kernel = createKernel([cache, user], { onEvent: (event) => events.push(event) });
    await kernel.start();
    expect(kernel.api(user)).toBe(0);
    expect(kernel.degraded()).toEqual(['cache']);
    expect(events.map((event) => `${event.type} ${event.plugin}`)).toEqual(['fallback cache', 'ready user']);
    expect(kernel.bootTree()).toContain('fallback: plugin "cache" failed to start: connection refused');
  });

  it('are closed when they open after having been replaced', async () => {
    const clock = createManualClock();
    const opening = Promise.withResolvers<undefined>();
    let closed = 0;
    const cache = definePlugin<string>({
      name: 'cache',
      startTimeoutMs: 10,
      optional: { fallback: () => 'memory' },
      start: async () => {
        await opening.promise;
        return { api: 'redis', close: () => void closed++ };
      },
    });
    const kernel = createKernel([cache], { clock });
    const booting = kernel.start();
    await clock.advance(10);
    await booting;
    expect(kernel.api(cache)).toBe('memory');
    opening.resolve(undefined);
    await tick();
    expect(closed).toBe(1);
    await kernel.close();
    expect(closed).toBe(1);
  });

  it('stop the boot when the fallback fails too', async () => {
    const cache = definePlugin<string>({
      name: 'cache',
      optional: {
        fallback: () => {
          throw new Error('no memory');
        },
      },
      start: () => {
        throw new Error('refused');
      },
    });
    await expect(createKernel([cache]).start()).rejects.toThrow(
      'plugin "cache" failed, and so did its fallback: no memory',
    );
  });
});

describe('the boot tree', () => {
  it('hangs each plugin below the dependency it really waited for, with milliseconds', async () => {
    const clock = createManualClock();
    const takes = (ms: number) => async () => {
      await clock.sleep(ms, new AbortController().signal);
      return { api: undefined };
    };
    const config = definePlugin({ name: 'config', start: takes(1) });
    const database = definePlugin({ name: 'database', dependsOn: { config }, start: takes(80) });
    const cache = definePlugin({ name: 'cache', dependsOn: { config }, start: takes(5) });
    const api = definePlugin({ name: 'api', dependsOn: { cache, database }, start: takes(40) });
    const kernel = createKernel([config, database, cache, api], { clock });
    expect(kernel.bootTree()).toContain('└─ config not started');
    const booting = kernel.start();
    await clock.advance(200);
    await booting;
    expect(kernel.bootTree()).toBe(
      [
        'boot 121 ms',
        '└─ config 1 ms',
        '   ├─ database 80 ms',
        '   │  └─ api 40 ms',
        '   └─ cache 5 ms',
      ].join('\n'),
    );
  });

  it('shows what failed and what was never reached', async () => {
    const a = definePlugin({
      name: 'a',
      start: () => {
        throw new Error('port in use');
      },
    });
    const b = definePlugin({ name: 'b', dependsOn: { a }, start: () => ({ api: 1 }) });
    const kernel = createKernel([a, b]);
    await expect(kernel.start()).rejects.toBeInstanceOf(KernelBootError);
    expect(kernel.bootTree()).toMatch(/a \d+ ms failed: .*port in use\n {3}└─ b not started/);
  });
});
