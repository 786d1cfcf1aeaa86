import fc from 'fast-check';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { createKernel } from '../kernel.ts';
import { definePlugin } from '../plugin.ts';
import { createContextBuilder } from './context-builder.ts';
import { ContextPool } from './context-pool.ts';

interface Notes {
  tenant: string | undefined;
}

const notes = (maxSize: number, warmUp = 0): ContextPool<Notes> =>
  new ContextPool({
    create: (): Notes => ({ tenant: undefined }),
    reset: (context) => (context.tenant = undefined),
    maxSize,
    warmUp,
  });

describe('a context pool', () => {
  it('is warm from the start, lends what is free and makes what is missing', () => {
    const pool = notes(2, 1);
    expect([pool.free, pool.lent, pool.created]).toEqual([1, 0, 1]);
    const lent = [pool.acquire(), pool.acquire(), pool.acquire()];
    expect(new Set(lent).size).toBe(3);
    expect([pool.free, pool.lent, pool.created]).toEqual([0, 3, 3]);
  });

  it('keeps no more clean ones than it may', () => {
    const pool = notes(2);
    for (const context of [pool.acquire(), pool.acquire(), pool.acquire()]) pool.release(context);
    expect([pool.free, pool.lent]).toEqual([2, 0]);
  });

  it('does not take back what it did not lend, nor the same twice', () => {
    const pool = notes(5);
    const stranger: Notes = { tenant: 'a' };
    pool.release(stranger);
    const context = pool.acquire();
    pool.release(context);
    pool.release(context);
    expect([pool.free, pool.lent, stranger.tenant]).toEqual([1, 0, 'a']);
    expect(pool.acquire()).not.toBe(pool.acquire());
  });

  it('loses one whose reset throws, rather than lend it dirty', () => {
    const pool = new ContextPool({
      create: () => ({}),
      reset: () => {
        throw new Error('stuck');
      },
      maxSize: 5,
    });
    const context = pool.acquire();
    expect(() => pool.release(context)).toThrow('stuck');
    expect([pool.free, pool.lent]).toEqual([0, 0]);
  });

  it.each([
    [{ maxSize: -1 }, 'maxSize must be a whole number from 0, not -1'],
    [{ maxSize: 1.5 }, 'maxSize must be a whole number from 0, not 1.5'],
    [{ maxSize: 1, warmUp: 2 }, 'warmUp must be a whole number from 0 to 1, not 2'],
    [{ maxSize: 1, warmUp: -1 }, 'warmUp must be a whole number from 0 to 1, not -1'],
    [{ maxSize: 1, warmUp: 0.5 }, 'warmUp must be a whole number from 0 to 1, not 0.5'],
  ])('refuses %j', (sizes, message) => {
    const make = (): unknown => new ContextPool({ create: () => ({}), reset: () => undefined, ...sizes });
    expect(make).toThrow(new RangeError(message));
  });
});

/** A request: whose it is, how long identity takes, whether that fails, and how long the handler works. */
const request = fc.record({
  tenant: fc.constantFrom('acme', 'globex'),
  identifyTicks: fc.nat(3),
  isRefused: fc.boolean(),
  workTicks: fc.nat(3),
});
type Request = typeof request extends fc.Arbitrary<infer R> ? R : never;

const ticks = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await Promise.resolve();
};

it('never shows one request what belongs to another, whatever the interleaving', async () => {
  const identity = definePlugin({
    name: 'identity',
    start: () => ({ api: undefined }),
    enhance: {
      required: true,
      run: async ({ tenant, identifyTicks, isRefused }: Request) => {
        await ticks(identifyTicks);
        if (isRefused) throw new Error('refused');
        return { tenant };
      },
    },
  });
  const greeting = definePlugin({
    name: 'greeting',
    dependsOn: { identity },
    start: () => ({ api: undefined }),
    enhance: { fallback: () => 'hello', run: (_r: Request, { values }) => `hello ${values.identity.tenant}` },
  });
  const kernel = createKernel([identity, greeting]);
  await kernel.start();
  const builder = createContextBuilder(
    { identity, greeting },
    { identity: kernel.api(identity), greeting: kernel.api(greeting) },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(request, { minLength: 1, maxLength: 20 }),
      fc.nat(4),
      async (requests, maxSize) => {
        const pool = new ContextPool({
          create: () => builder.empty(),
          reset: (context) => Object.assign(context, builder.empty()),
          maxSize,
        });
        const serve = async (one: Request): Promise<void> => {
          const context = pool.acquire();
          expect(context).toEqual({ identity: undefined, greeting: undefined });
          try {
            await builder.build(one, context);
            await ticks(one.workTicks);
            expect(context).toEqual({ identity: { tenant: one.tenant }, greeting: `hello ${one.tenant}` });
          } catch (error) {
            if (!one.isRefused) throw error;
            expect(context.identity).toBeUndefined();
          } finally {
            pool.release(context);
          }
        };
        await Promise.all(requests.map(serve));
        expect(pool.lent).toBe(0);
        expect(pool.free).toBeLessThanOrEqual(maxSize);
      },
    ),
  );
});

it('keeps nothing of a request alive once it was released', async () => {
  setFlagsFromString('--expose-gc');
  // The flag gives a collector to contexts made after it was set.
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('no garbage collector to call');
  const pool = new ContextPool({
    create: (): { body: object | undefined } => ({ body: undefined }),
    reset: (context) => (context.body = undefined),
    maxSize: 10,
  });
  const bodies = Array.from({ length: 100 }, () => {
    const context = pool.acquire();
    const body = { bytes: new Uint8Array(1000) };
    context.body = body;
    pool.release(context);
    return new WeakRef(body);
  });
  // A WeakRef holds its target until the current job has ended.
  await new Promise((resolve) => setTimeout(resolve, 0));
  Reflect.apply(collect, undefined, []);
  expect(bodies.filter((body) => body.deref() !== undefined)).toEqual([]);
});
