import { describe, expect, it } from 'vitest';
import { KernelBootError, KernelCloseError } from './errors.ts';
import { createKernel, type KernelEvent } from './kernel.ts';
import { createManualClock, tick } from '@zaphub/concurrency/testing';
import { type AnyPlugin, definePlugin } from './plugin.ts';

/** A plugin that writes its opening and closing down. */
function traced(
  name: string,
  trace: string[],
  options: {
    readonly dependsOn?: Record<string, AnyPlugin>;
    readonly closeTimeoutMs?: number;
    readonly start?: (signal: AbortSignal) => Promise<unknown> | void;
    readonly close?: () => Promise<unknown> | void;
  } = {},
): AnyPlugin {
  return definePlugin({
    name,
    dependsOn: options.dependsOn ?? {},
    closeTimeoutMs: options.closeTimeoutMs,
    start: async (_apis, { signal }) => {
      await options.start?.(signal);
      trace.push(`+${name}`);
      return {
        api: undefined,
        close: async () => {
          trace.push(`-${name}`);
          await options.close?.();
        },
      };
    },
  });
}

const fails = (message: string) => () => Promise.reject(new Error(message));
const hangs = () => new Promise<never>(() => undefined);

async function bootFailure(booting: Promise<void>): Promise<KernelBootError> {
  const error: unknown = await booting.then(
    () => new Error('it started'),
    (reason: unknown) => reason,
  );
  if (error instanceof KernelBootError) return error;
  throw error;
}

describe('closing', () => {
  it('goes in reverse: a plugin closes before what it depends on', async () => {
    const trace: string[] = [];
    const a = traced('a', trace);
    const b = traced('b', trace, { dependsOn: { a } });
    const c = traced('c', trace, { dependsOn: { b } });
    const kernel = createKernel([c, a, b]);
    await kernel.start();
    await kernel.close();
    expect(trace).toEqual(['+a', '+b', '+c', '-c', '-b', '-a']);
  });

  it('closes once, however often it is asked', async () => {
    const trace: string[] = [];
    const kernel = createKernel([traced('a', trace)]);
    await kernel.start();
    await Promise.all([kernel.close(), kernel.close()]);
    await kernel.close();
    expect(trace).toEqual(['+a', '-a']);
  });

  it('collects failures and still closes the rest', async () => {
    const trace: string[] = [];
    const events: KernelEvent[] = [];
    const a = traced('a', trace, { close: fails('a broke') });
    const b = traced('b', trace, { dependsOn: { a }, close: fails('b broke') });
    const kernel = createKernel([a, b], { onEvent: (event) => events.push(event) });
    await kernel.start();
    const error = await kernel.close().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(KernelCloseError);
    expect(error).toMatchObject({ failures: [{ plugin: 'b' }, { plugin: 'a' }] });
    expect(String(error)).toContain('b (b broke), a (a broke)');
    expect(trace).toEqual(['+a', '+b', '-b', '-a']);
    expect(events.filter((event) => event.type === 'close_failed')).toHaveLength(2);
  });

  it('gives a hanging close only its own time, then goes on', async () => {
    const clock = createManualClock();
    const trace: string[] = [];
    const a = traced('a', trace);
    const b = traced('b', trace, { dependsOn: { a }, closeTimeoutMs: 100, close: hangs });
    const kernel = createKernel([a, b], { clock });
    await kernel.start();
    const closing = kernel.close({ deadlineMs: 1000 }).catch((reason: unknown) => reason);
    await clock.advance(99);
    expect(trace).not.toContain('-a');
    await clock.advance(1);
    expect(await closing).toMatchObject({
      failures: [{ plugin: 'b', error: { code: 'plugin_close_timeout' } }],
    });
    expect(trace).toEqual(['+a', '+b', '-b', '-a']);
    expect(clock.timers).toBe(0);
  });

  it('still asks everything to close when the deadline has passed', async () => {
    const clock = createManualClock();
    const trace: string[] = [];
    const a = traced('a', trace);
    const b = traced('b', trace, { dependsOn: { a }, close: hangs });
    const kernel = createKernel([a, b], { clock });
    await kernel.start();
    const closing = kernel.close({ deadlineMs: 50 }).catch((reason: unknown) => reason);
    await clock.advance(60);
    expect(await closing).toMatchObject({ code: 'plugin_close_failed' });
    expect(trace).toContain('-a');
  });

  it('before any start leaves a kernel that refuses to start', async () => {
    const kernel = createKernel([]);
    await kernel.close();
    await expect(kernel.start()).rejects.toMatchObject({ code: 'kernel_closed' });
  });

  it('survives a listener that throws', async () => {
    const trace: string[] = [];
    const kernel = createKernel([traced('a', trace)], {
      onEvent: () => {
        throw new Error('bad listener');
      },
    });
    await kernel.start();
    await kernel.close();
    expect(trace).toEqual(['+a', '-a']);
  });
});

describe('half-started', () => {
  it('closes what had opened, in reverse, and names the plugin that failed', async () => {
    const trace: string[] = [];
    const a = traced('a', trace);
    const b = traced('b', trace, { dependsOn: { a } });
    const c = traced('c', trace, { dependsOn: { b }, start: fails('no route') });
    const d = traced('d', trace, { dependsOn: { c } });
    const error = await bootFailure(createKernel([a, b, c, d]).start());
    expect(error).toMatchObject({ code: 'plugin_start_failed', plugin: 'c', closeFailures: [] });
    expect(error.message).toBe('plugin "c" failed to start: no route');
    expect(error.cause).toMatchObject({ message: 'no route' });
    expect(trace).toEqual(['+a', '+b', '-b', '-a']);
  });

  it('waits for siblings that are still opening, tells them, and closes them too', async () => {
    const trace: string[] = [];
    const sibling = Promise.withResolvers<undefined>();
    let told = false;
    const base = traced('base', trace);
    const slow = traced('slow', trace, {
      dependsOn: { base },
      start: async (signal) => {
        await sibling.promise;
        told = signal.aborted;
      },
    });
    const bad = traced('bad', trace, { dependsOn: { base }, start: fails('broken') });
    const failing = bootFailure(createKernel([base, slow, bad]).start());
    await tick();
    expect(trace).toEqual(['+base']);
    sibling.resolve(undefined);
    expect((await failing).plugin).toBe('bad');
    expect(told).toBe(true);
    expect(trace).toEqual(['+base', '+slow', '-slow', '-base']);
  });

  it('blames the plugin that failed first, not the sibling that gave up because of it', async () => {
    const obedient = traced('obedient', [], {
      start: (signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('gave up')));
        }),
    });
    const bad = traced('bad', [], { start: fails('broken') });
    const error = await bootFailure(createKernel([obedient, bad]).start());
    expect(error.plugin).toBe('bad');
  });

  it('closes a plugin that opens after its own time-out ended the boot', async () => {
    const clock = createManualClock();
    const trace: string[] = [];
    const late = Promise.withResolvers<undefined>();
    const slow = traced('slow', trace, { start: () => late.promise });
    const kernel = createKernel([slow], { clock, startTimeoutMs: 10 });
    const failing = bootFailure(kernel.start());
    await clock.advance(10);
    expect((await failing).code).toBe('plugin_start_timeout');
    expect(trace).toEqual([]);
    late.resolve(undefined);
    await tick();
    expect(trace).toEqual(['+slow', '-slow']);
  });

  it('reports a late plugin that then fails to close', async () => {
    const clock = createManualClock();
    const events: KernelEvent[] = [];
    const late = Promise.withResolvers<undefined>();
    const slow = traced('slow', [], { start: () => late.promise, close: fails('stuck') });
    const kernel = createKernel([slow], {
      clock,
      startTimeoutMs: 10,
      onEvent: (event) => events.push(event),
    });
    const failing = bootFailure(kernel.start());
    await clock.advance(10);
    await failing;
    late.resolve(undefined);
    await tick();
    expect(events.at(-1)).toMatchObject({ type: 'close_failed', plugin: 'slow' });
  });

  it('carries the failures of the unwinding', async () => {
    const a = traced('a', [], { close: fails('a stuck') });
    const b = traced('b', [], { dependsOn: { a }, start: fails('broken') });
    const error = await bootFailure(createKernel([a, b]).start());
    expect(error.closeFailures).toMatchObject([{ plugin: 'a', error: { message: 'a stuck' } }]);
  });

  it('is given up and unwound when closed during the boot', async () => {
    const trace: string[] = [];
    const a = traced('a', trace);
    const b = traced('b', trace, {
      dependsOn: { a },
      start: (signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('gave up')));
        }),
    });
    const kernel = createKernel([a, b]);
    const failing = bootFailure(kernel.start());
    await tick();
    await kernel.close();
    expect((await failing).code).toBe('kernel_closed');
    expect(trace).toEqual(['+a', '-a']);
  });

  it('does not keep a close waiting longer than its deadline for a boot that does not give up', async () => {
    const clock = createManualClock();
    const stubborn = traced('stubborn', [], { start: hangs });
    const kernel = createKernel([stubborn], { clock, startTimeoutMs: 10_000 });
    const failing = bootFailure(kernel.start());
    const closing = kernel.close({ deadlineMs: 100 }).catch((reason: unknown) => reason);
    await clock.advance(100);
    expect(await closing).toMatchObject({ failures: [{ plugin: 'boot' }] });
    await clock.advance(10_000);
    expect((await failing).code).toBe('kernel_closed');
  });
});
