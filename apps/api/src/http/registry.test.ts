import { routes } from '@zaphub/features';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { useTestApi } from '../testing/test-api.ts';

const api = useTestApi();

/** What Express keeps of a router, as far as this test looks. */
const layers: z.ZodType<{ stack: Layer[] }> = z.object({ stack: z.array(z.lazy(() => layer)) });
interface Layer {
  route?: { methods: Record<string, unknown> } | undefined;
  handle: unknown;
}
const layer: z.ZodType<Layer> = z.object({
  route: z.object({ methods: z.record(z.string(), z.unknown()) }).optional(),
  handle: z.unknown(),
});

function countLeaves(router: unknown): number {
  // A router is a function with a stack; zod wants an object.
  const { stack } = layers.parse({ stack: Reflect.get(Object(router), 'stack') });
  return stack.reduce((count, each) => {
    if (each.route) return count + Object.keys(each.route.methods).length;
    return count + (Reflect.has(Object(each.handle), 'stack') ? countLeaves(each.handle) : 0);
  }, 0);
}

test('nothing is served that the registry does not know', () => {
  expect(countLeaves(api.app.router)).toBe(routes.length);
});

test('no two routes answer the same address', () => {
  const addresses = routes.map((route) => `${route.method} ${route.path.replaceAll(/:\w+/g, ':id')}`);
  expect(new Set(addresses).size).toBe(addresses.length);
});
