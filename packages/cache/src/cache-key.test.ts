import fc from 'fast-check';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { defineCacheClass } from './cache-class.ts';
import { joinKeyParts, keyStart } from './cache-key.ts';

function textOf(className: string, scope: 'tenant' | 'global', parts: readonly string[]): string {
  return joinKeyParts(keyStart(className, scope), parts);
}

const awkward = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom(':', '%', '{', '}', 'a', 't', 'g', '3', '\n', '\0', '\ud800', '\udc00', '\ufffd'),
  }),
);
const parts = fc.array(awkward, { maxLength: 4 });
const scope = fc.constantFrom('tenant' as const, 'global' as const);
const className = fc.stringMatching(/^[a-z][a-z0-9-]{0,3}$/);
const address = fc.tuple(className, scope, parts);

it('different parts never give the same bytes', () => {
  fc.assert(
    fc.property(address, address, (a, b) => {
      const same = JSON.stringify(a) === JSON.stringify(b);
      expect(Buffer.from(textOf(...a)).equals(Buffer.from(textOf(...b)))).toBe(same);
    }),
    { numRuns: 2000 },
  );
});

it('tenants whose ids contain each other stay apart', () => {
  fc.assert(
    fc.property(awkward, awkward, awkward, (tenant, other, rest) => {
      fc.pre(tenant !== other);
      expect(textOf('plan', 'tenant', [tenant, rest])).not.toBe(textOf('plan', 'tenant', [other, rest]));
      expect(textOf('plan', 'tenant', [tenant, rest])).not.toBe(textOf('plan', 'global', [tenant, rest]));
      expect(textOf('plan', 'tenant', [`${tenant}:${rest}`])).not.toBe(
        textOf('plan', 'tenant', [tenant, rest]),
      );
    }),
  );
});

it('a text has no line ends and no braces, and is readable where it can be', () => {
  fc.assert(
    fc.property(address, (a) => {
      expect(textOf(...a)).not.toMatch(/[\n{}]/);
    }),
  );
  const plans = defineCacheClass({ name: 'tenant-plan', scope: 'tenant', schema: z.string(), ttlMs: 1 });
  expect(plans.key('0f3c', 'a b', 'ção').text).toBe('tenant-plan:t:0f3c:a b:ção');
});
