import { Secret } from '@zaphub/providers';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCredentialsKey, createKeyRing, isCredentialsKey } from './key-ring.ts';
import { keyIdOf, openSecret, sealSecret } from './seal.ts';

const context = { tenantId: 'tenant', connectionId: 'connection', name: 'access_token' };
const key = createCredentialsKey();
const ring = createKeyRing({ key });
const lockedError = expect.objectContaining({ code: 'credentials_locked' });

describe('a sealed secret', () => {
  test('opens in its place to what it was, whatever it is', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => {
        expect(new Uint8Array(openSecret(ring, sealSecret(ring, bytes, context), context))).toEqual(bytes);
      }),
      { numRuns: 50 },
    );
  });

  test('says nothing of itself, and never looks the same twice', () => {
    const text = 'EAAG-very-secret';
    const [one, two] = [sealSecret(ring, text, context), sealSecret(ring, text, context)];
    expect(one.toString('latin1')).not.toContain('secret');
    expect(one.equals(two)).toBe(false);
  });

  test.each([
    { ...context, tenantId: 'another' },
    { ...context, connectionId: 'another' },
    { ...context, name: 'another' },
    { tenantId: 'tenant connection', connectionId: '', name: 'access_token' },
  ])('does not open in another place: %j', (other) => {
    const sealed = sealSecret(ring, 'text', context);
    expect(() => openSecret(ring, sealed, other)).toThrow(lockedError);
  });

  test('does not open when any byte of it was changed, or when it was cut', () => {
    const sealed = sealSecret(ring, 'text', context);
    for (let at = 0; at < sealed.length; at++) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => openSecret(ring, changed, context)).toThrow(lockedError);
      expect(() => openSecret(ring, sealed.subarray(0, at), context)).toThrow(lockedError);
    }
  });
});

describe('a ring of keys', () => {
  test('opens with every key it has and seals with the current one', () => {
    const newKey = createCredentialsKey();
    const both = createKeyRing({ key: newKey, previous: [key] });
    const old = sealSecret(ring, 'text', context);
    const fresh = sealSecret(both, 'text', context);
    expect([openSecret(both, old, context).toString(), openSecret(both, fresh, context).toString()]).toEqual([
      'text',
      'text',
    ]);
    expect(keyIdOf(fresh)).toBe(both.currentId());
    expect(keyIdOf(old)).toBe(ring.currentId());
    expect(() => openSecret(createKeyRing({ key: newKey }), old, context)).toThrow(lockedError);
  });

  test('without a key seals and opens nothing', () => {
    const none = createKeyRing({});
    expect(() => sealSecret(none, 'text', context)).toThrow(lockedError);
    expect(() => openSecret(none, sealSecret(ring, 'text', context), context)).toThrow(lockedError);
  });

  test('takes a key in base64, base64url and hexadecimal as the same key', () => {
    const bytes = Buffer.alloc(32, 0xfb);
    const ids = (['base64', 'base64url', 'hex'] as const).map((encoding) =>
      createKeyRing({ key: new Secret(bytes.toString(encoding)) }).currentId(),
    );
    expect(new Set(ids).size).toBe(1);
  });

  test.each(['', 'short', 'x'.repeat(44), 'g'.repeat(64)])('refuses %j without repeating it', (text) => {
    expect(isCredentialsKey(text)).toBe(false);
    let message = '';
    try {
      createKeyRing({ key: new Secret(text) });
    } catch (error) {
      message = String(error);
    }
    expect(message).toMatch(/^RangeError: a key for credentials must be/);
  });
});
