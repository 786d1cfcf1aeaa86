import { createManualClock, tick } from '@zaphub/concurrency/testing';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { createKernel, type Kernel } from '../kernel.ts';
import { type AnyPlugin, definePlugin } from '../plugin.ts';
import {
  type BaseOf,
  type ContextBuilder,
  type ContextBuilderOptions,
  type ContextOf,
  createContextBuilder,
} from './context-builder.ts';
import { EnhancerTimeoutError } from './enhancer-timeout-error.ts';

interface Request {
  readonly token: string;
  readonly language?: string;
}

/** Resolves when the test says so. */
function deferred<T>(): {
  promise: Promise<T>;
  resolve: (value: T) => void;
  reject: (error: unknown) => void;
} {
  return Promise.withResolvers<T>();
}

async function running(...plugins: AnyPlugin[]): Promise<Kernel> {
  const kernel = createKernel(plugins);
  await kernel.start();
  return kernel;
}

/** A builder over what runs in a kernel. */
function builderOf<const P extends Readonly<Record<string, AnyPlugin>>>(
  kernel: Kernel,
  plugins: P,
  options?: ContextBuilderOptions,
): ContextBuilder<BaseOf<P>, ContextOf<P>> {
  const apis = Object.fromEntries(Object.entries(plugins).map(([key, plugin]) => [key, kernel.api(plugin)]));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each api is the one of the plugin under its key
  return createContextBuilder(plugins, apis as never, options);
}

const auth = definePlugin({
  name: 'auth',
  start: () => ({ api: { verify: (token: string) => ({ userId: `user of ${token}` }) } }),
  enhance: {
    required: true,
    run: (request: Request, { api }) => Promise.resolve(api.verify(request.token)),
  },
});

const tenant = definePlugin({
  name: 'tenant',
  dependsOn: { auth },
  start: () => ({ api: undefined }),
  enhance: {
    required: true,
    run: (_request: Request, { values }) => ({ tenantId: `tenant of ${values.auth.userId}` }),
  },
});

const locale = definePlugin({
  name: 'locale',
  start: () => ({ api: undefined }),
  enhance: { fallback: () => 'en', run: (request: Request) => request.language ?? 'pt-BR' },
});

describe('a context builder', () => {
  it('gives each request what every plugin adds, dependencies first, with its type', async () => {
    const database = definePlugin({ name: 'database', start: () => ({ api: 1 }) });
    const kernel = await running(database, tenant, auth, locale);
    const builder = builderOf(kernel, { tenant, who: auth, locale, database });
    const context = await builder.build({ token: 'abc' });
    expect(context).toEqual({
      tenant: { tenantId: 'tenant of user of abc' },
      who: { userId: 'user of abc' },
      locale: 'pt-BR',
      database: undefined,
    });
    expectTypeOf(context.who).toEqualTypeOf<{ userId: string }>();
    expectTypeOf(context.tenant).toEqualTypeOf<{ tenantId: string }>();
    expectTypeOf(context.locale).toEqualTypeOf<string>();
    expectTypeOf(builder.build).parameter(0).toEqualTypeOf<Request>();
  });

  it('knows at compile time what a dependency adds and what a request has', () => {
    definePlugin({
      name: 'mistaken',
      dependsOn: { auth },
      start: () => ({ api: undefined }),
      enhance: {
        required: true,
        // @ts-expect-error -- auth adds no tenant
        run: (_request: Request, { values }) => values.auth.tenantId,
      },
    });
    definePlugin({
      name: 'forgetful',
      start: () => ({ api: undefined }),
      enhance: {
        required: true,
        // @ts-expect-error -- auth was not named in dependsOn
        run: (_request: Request, { values }) => values.auth,
      },
    });
    expect.assertions(0);
  });

  it('runs what does not depend on each other at the same time, higher priority first', async () => {
    const started: string[] = [];
    const gates = { slow: deferred<string>(), quick: deferred<string>() };
    const make = (name: 'slow' | 'quick', priority: number) =>
      definePlugin({
        name,
        priority,
        start: () => ({ api: undefined }),
        enhance: {
          required: true,
          run: () => {
            started.push(name);
            return gates[name].promise;
          },
        },
      });
    const slow = make('slow', 1);
    const quick = make('quick', 2);
    const kernel = await running(slow, quick);
    const building = builderOf(kernel, { slow, quick }).build({});
    expect(started).toEqual(['quick', 'slow']);
    gates.slow.resolve('late');
    gates.quick.resolve('soon');
    expect(await building).toEqual({ slow: 'late', quick: 'soon' });
  });

  it('replaces what fails, throws at once or is late, counts it, and the request goes on', async () => {
    const clock = createManualClock();
    const signals: AbortSignal[] = [];
    const withFallback = (name: string, run: (signal: AbortSignal) => Promise<string> | string) =>
      definePlugin({
        name,
        start: () => ({ api: undefined }),
        enhance: {
          timeoutMs: 1000,
          fallback: () => `${name} by default`,
          run: (_r: Request, { signal }) => run(signal),
        },
      });
    const throwing = withFallback('throwing', () => {
      throw new Error('at once');
    });
    const failing = withFallback('failing', () => Promise.reject(new Error('soon')));
    const hanging = withFallback('hanging', (signal) => {
      signals.push(signal);
      return new Promise(() => undefined);
    });
    const kernel = await running(throwing, failing, hanging);
    const troubles: string[] = [];
    const builder = builderOf(
      kernel,
      { throwing, failing, hanging },
      { clock, onTrouble: (plugin, what, error) => troubles.push(`${plugin} ${what}: ${String(error)}`) },
    );
    const building = builder.build({ token: '' });
    await clock.advance(999);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    await clock.advance(1);
    expect(await building).toEqual({
      throwing: 'throwing by default',
      failing: 'failing by default',
      hanging: 'hanging by default',
    });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    expect(builder.counts()).toEqual({
      throwing: { runs: 1, failed: 1, late: 0 },
      failing: { runs: 1, failed: 1, late: 0 },
      hanging: { runs: 1, failed: 0, late: 1 },
    });
    expect(troubles).toEqual([
      'throwing failed: Error: at once',
      'failing failed: Error: soon',
      'hanging late: EnhancerTimeoutError: plugin "hanging" did not add its part to the request within 1000 ms',
    ]);
    expect(clock.timers).toBe(0);
  });

  it('fails the request, with the error as it was, when a required one fails, and tells the others', async () => {
    let siblingSignal: AbortSignal | undefined;
    const sibling = definePlugin({
      name: 'sibling',
      priority: 1,
      start: () => ({ api: undefined }),
      enhance: {
        required: true,
        run: (_request: Request, { signal }) => {
          siblingSignal = signal;
          return new Promise<never>((_resolve, reject) => {
            signal.addEventListener('abort', () => reject(new Error('told')));
          });
        },
      },
    });
    const refused = new Error('who are you?');
    for (const run of [() => Promise.reject(refused), () => thrown(refused)]) {
      const door = definePlugin({
        name: 'door',
        start: () => ({ api: undefined }),
        enhance: { required: true, run },
      });
      const kernel = await running(sibling, door);
      await expect(builderOf(kernel, { sibling, door }).build({ token: '' })).rejects.toBe(refused);
      expect(siblingSignal?.aborted).toBe(true);
      await tick();
    }
  });

  it('fails the request when a required one is late, by the whole time at the latest', async () => {
    const clock = createManualClock();
    const patient = definePlugin({
      name: 'patient',
      start: () => ({ api: undefined }),
      enhance: { required: true, timeoutMs: 60_000, run: () => new Promise(() => undefined) },
    });
    const kernel = await running(patient);
    const building = builderOf(kernel, { patient }, { clock, contextMs: 5000 }).build({});
    const failure = expect(building).rejects.toThrow(EnhancerTimeoutError);
    await clock.advance(5000);
    await failure;
  });

  it('does not use what comes after its time', async () => {
    const clock = createManualClock();
    const answer = deferred<string>();
    const slow = definePlugin({
      name: 'slow',
      start: () => ({ api: undefined }),
      enhance: { timeoutMs: 10, fallback: () => 'fallback', run: () => answer.promise },
    });
    const kernel = await running(slow);
    const building = builderOf(kernel, { slow }, { clock }).build({});
    await clock.advance(10);
    const context = await building;
    answer.resolve('at last');
    await tick();
    expect(context.slow).toBe('fallback');
  });

  it('is refused when a value is needed that nobody adds, or plugins go in a circle', async () => {
    const kernel = await running(auth, tenant);
    expect(() => builderOf(kernel, { tenant })).toThrow(
      'plugin "tenant" needs what "auth" adds to a request, which is not in the list',
    );
  });

  it('fills an object it is given, and makes a clean one on request', async () => {
    const kernel = await running(locale);
    const builder = builderOf(kernel, { locale });
    const own = builder.empty();
    expect(own).toEqual({ locale: undefined });
    expect(await builder.build({ token: '', language: 'en' }, own)).toBe(own);
    expect(own).toEqual({ locale: 'en' });
  });
});

function thrown(error: Error): never {
  throw error;
}
