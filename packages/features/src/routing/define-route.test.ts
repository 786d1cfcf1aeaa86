import { expect, test } from 'vitest';
import { z } from 'zod';
import { defineRoute } from './define-route.ts';

test('a route without an id kind for a part of its path cannot be made', () => {
  expect(() =>
    defineRoute({
      method: 'GET',
      path: '/contacts/:contact_id/tags/:tag_id',
      auth: 'tenant',
      // A mistake that the compiler would catch, made by hand.
      ids: { contact_id: 'contact' } as never,
      reply: 'none',
      summary: 'forgets one',
      handle: () => Promise.resolve(),
    }),
  ).toThrow('GET /contacts/:contact_id/tags/:tag_id: what kind of id is :tag_id?');
});

test('what is not said has the careful default', () => {
  const handle = (): Promise<void> => Promise.resolve();
  const none = defineRoute({
    method: 'POST',
    path: '/a',
    auth: 'tenant',
    reply: 'none',
    summary: 'a',
    handle,
  });
  expect(none).toMatchObject({ role: 'viewer', status: 204, ids: {}, query: undefined, body: undefined });
  const plain = defineRoute({
    method: 'GET',
    path: '/b',
    auth: 'public',
    reply: z.object({}),
    summary: 'b',
    handle: () => Promise.resolve({}),
  });
  expect(plain.status).toBe(200);
});
