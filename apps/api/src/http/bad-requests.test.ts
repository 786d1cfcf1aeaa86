import { connect } from 'node:net';
import { defineRoute, type Route } from '@zaphub/features';
import { problem } from '@zaphub/types';
import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { useTestApi } from '../testing/test-api.ts';

const echo = z.strictObject({ name: z.string().max(20), list: z.array(z.unknown()).optional() });
const registry: readonly Route[] = [
  defineRoute({
    method: 'POST',
    path: '/echo',
    auth: 'public',
    body: echo,
    reply: echo,
    summary: 'for tests',
    handle: ({ body }) => Promise.resolve(body),
  }),
  defineRoute({
    method: 'GET',
    path: '/echo',
    auth: 'public',
    query: z.strictObject({
      q: z.string().optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
    reply: z.object({ q: z.string().optional(), limit: z.number() }),
    summary: 'for tests',
    handle: ({ query }) => Promise.resolve(query),
  }),
  defineRoute({
    method: 'POST',
    path: '/upload',
    auth: 'public',
    body: 'raw',
    reply: 'none',
    summary: 'for tests',
    handle: async ({ deps, req, signal }) => {
      await deps.files.put('upload', req, { maxBytes: 1000, signal });
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/leaky',
    auth: 'public',
    reply: z.object({ name: z.string() }),
    summary: 'for tests',
    handle: () => {
      const row = { name: 'shown', secret: 'hidden' };
      return Promise.resolve(row);
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/broken',
    auth: 'public',
    reply: z.object({}),
    summary: 'for tests',
    handle: () => Promise.reject(new Error('password=hunter2 at /srv/app')),
  }),
];

const api = useTestApi({ registry });
const json = { 'content-type': 'application/json' };

async function expectProblem(response: Response, status: number, code: string): Promise<void> {
  expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(response.headers.get('cache-control')).toBe('no-store');
  const body = problem.parse(await response.json());
  expect([response.status, body.status, body.code]).toEqual([status, status, code]);
  expect(body.request_id).toBe(response.headers.get('x-request-id'));
}

afterEach(() => {
  expect(Reflect.get({}, 'polluted')).toBeUndefined();
});

describe('bodies that are refused', () => {
  const deep = (levels: number): string =>
    '{"name":"x","list":' + '['.repeat(levels) + ']'.repeat(levels) + '}';
  test.each<[string, string | Uint8Array<ArrayBuffer>, Record<string, string>, number, string]>([
    ['broken JSON', '{"name":', json, 400, 'invalid_json'],
    ['trailing garbage', '{"name":"x"} x', json, 400, 'invalid_json'],
    ['a byte order mark', '\ufeff{"name":"x"}', json, 400, 'invalid_json'],
    ['bytes that are not UTF-8', new Uint8Array([0x22, 0xff, 0x22]), json, 400, 'invalid_json'],
    ['21 levels', deep(20), json, 400, 'invalid_json'],
    ['45,000 levels', deep(45_000), json, 400, 'invalid_json'],
    ['__proto__', '{"name":"x","__proto__":{"polluted":1}}', json, 400, 'invalid_json'],
    ['an escaped __proto__', '{"name":"x","\\u005f_proto__":{"polluted":1}}', json, 400, 'invalid_json'],
    [
      'constructor',
      '{"name":"x","list":[{"constructor":{"prototype":{"polluted":1}}}]}',
      json,
      400,
      'invalid_json',
    ],
    ['prototype', '{"prototype":{}}', json, 400, 'invalid_json'],
    ['a key given twice', '{"name":"x","name":"y"}', json, 400, 'invalid_json'],
    ['an unknown key', '{"name":"x","tenant_id":"y"}', json, 422, 'invalid_body'],
    ['a number for a string', '{"name":1}', json, 422, 'invalid_body'],
    ['an array for an object', '[]', json, 422, 'invalid_body'],
    ['null', 'null', json, 422, 'invalid_body'],
    ['too many bytes', JSON.stringify({ name: 'x'.repeat(200_000) }), json, 413, 'body_too_large'],
    [
      'a form',
      'name=x',
      { 'content-type': 'application/x-www-form-urlencoded' },
      415,
      'unsupported_media_type',
    ],
    ['plain text', '{"name":"x"}', { 'content-type': 'text/plain' }, 415, 'unsupported_media_type'],
    [
      'UTF-7',
      '{"name":"x"}',
      { 'content-type': 'application/json; charset=utf-7' },
      415,
      'unsupported_media_type',
    ],
    [
      'UTF-16',
      '{"name":"x"}',
      { 'content-type': 'application/json;charset="utf-16"' },
      415,
      'unsupported_media_type',
    ],
    ['gzip', '{"name":"x"}', { ...json, 'content-encoding': 'gzip' }, 415, 'unsupported_media_type'],
    [
      'two encodings',
      '{"name":"x"}',
      { ...json, 'content-encoding': 'br, gzip' },
      415,
      'unsupported_media_type',
    ],
  ])('%s', async (_name, body, headers, status, code) => {
    await expectProblem(await api.call('/api/v1/echo', { method: 'POST', body, headers }), status, code);
  });

  test('no body at all', async () => {
    await expectProblem(await api.call('/api/v1/echo', { method: 'POST' }), 422, 'invalid_body');
  });

  test('too many bytes without a declared length', async () => {
    const chunk = new TextEncoder().encode(' '.repeat(50_000));
    let chunks = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (chunks++ < 4) controller.enqueue(chunk);
        else controller.close();
      },
    });
    const response = await fetch(api.url + '/api/v1/echo', {
      method: 'POST',
      headers: json,
      body,
      duplex: 'half',
    });
    await expectProblem(response, 413, 'body_too_large');
  });

  test('a long upload that is refused early still gets its answer', async () => {
    const body = new Uint8Array(20_000_000);
    await expectProblem(await api.call('/api/v1/upload', { method: 'POST', body }), 413, 'body_too_large');
    await expectProblem(await api.call('/api/v1/nowhere', { method: 'POST', body }), 404, 'not_found');
  });

  test('the fields that are wrong are named', async () => {
    const response = await api.call('/api/v1/echo', { method: 'POST', json: { name: 'x'.repeat(21) } });
    expect(await response.json()).toMatchObject({ errors: [{ pointer: '/name', code: 'too_big' }] });
  });

  test('20 levels, escapes and UTF-8 are fine', async () => {
    const body = deep(19).replace('"x"', String.raw`"a\"\u00e9{[é"`);
    const response = await api.call('/api/v1/echo', { method: 'POST', body, headers: json });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ name: 'a"é{[é' });
  });
});

describe('addresses that are refused', () => {
  test.each<[string, number, string]>([
    ['/api/v1/echo?limit=1&limit=2', 400, 'bad_request'],
    ['/api/v1/echo?q[a]=1', 400, 'bad_request'],
    ['/api/v1/echo?__proto__=1', 400, 'bad_request'],
    ['/api/v1/echo?q=%E0%A4%A', 400, 'bad_request'],
    ['/api/v1/echo?q=%00', 400, 'bad_request'],
    ['/api/v1/echo?q=%0d%0aSet-Cookie:%20a=b', 400, 'bad_request'],
    ['/api/v1/echo?limit=-1', 400, 'bad_request'],
    ['/api/v1/echo?limit=1e9', 400, 'bad_request'],
    ['/api/v1/echo?limit=NaN', 400, 'bad_request'],
    ['/api/v1/echo?unknown=1', 400, 'bad_request'],
    ['/api/v1/leaky?any=1', 400, 'bad_request'],
    ['/api/v1/echo/', 404, 'not_found'],
    ['/api/v1/ECHO', 404, 'not_found'],
    ['/api//v1/echo', 404, 'not_found'],
    ['/api/v1/nothing', 404, 'not_found'],
    ['/api/v1/%E0%A4%A', 404, 'not_found'],
    ['/api/v2/echo', 404, 'not_found'],
    [`/api/v1/${'x'.repeat(8000)}`, 404, 'not_found'],
    ['/nothing.txt', 404, 'not_found'],
  ])('%s', async (path, status, code) => {
    await expectProblem(await api.call(path), status, code);
  });

  test.each(['DELETE', 'PUT', 'PATCH', 'OPTIONS'])('%s says which methods there are', async (method) => {
    const response = await api.call('/api/v1/echo', { method });
    expect(response.headers.get('allow')).toBe('POST, GET, HEAD');
    await expectProblem(response, 405, 'method_not_allowed');
  });

  test('a method override header changes nothing', async () => {
    const response = await api.call('/api/v1/leaky', {
      method: 'POST',
      headers: { 'x-http-method-override': 'GET' },
    });
    await expectProblem(response, 405, 'method_not_allowed');
  });
});

describe('what is not quite HTTP', () => {
  test.each<[string, string, string]>([
    ['garbage', 'hello there\r\n\r\n', '400'],
    [
      'a length and chunks',
      'POST /api/v1/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      '400',
    ],
    ['20 kB of headers', `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`, '431'],
  ])('%s gets a problem and is cut off', async (_name, text, status) => {
    const reply = await sendRaw(text);
    expect(reply.startsWith(`HTTP/1.1 ${status} `)).toBe(true);
    expect(reply).toContain('application/problem+json');
  });
});

describe('replies', () => {
  test('fields outside the schema are dropped', async () => {
    const response = await api.call('/api/v1/leaky');
    expect(await response.json()).toEqual({ name: 'shown' });
  });

  test('an unknown error tells nothing but the request id', async () => {
    const response = await api.call('/api/v1/broken', { headers: { 'x-request-id': 'caller-made-1' } });
    const text = await response.clone().text();
    await expectProblem(response, 500, 'internal');
    expect(text).not.toMatch(/hunter2|srv/);
    expect(response.headers.get('x-request-id')).toBe('caller-made-1');
  });

  test.each(['short', 'with space', 'x'.repeat(65), 'new\tline'])(
    'the request id %j is replaced',
    async (id) => {
      const response = await api.call('/api/v1/leaky', { headers: { 'x-request-id': id } });
      expect(response.headers.get('x-request-id')).toMatch(/^req_[0-9a-f-]{36}$/);
    },
  );

  test('errors speak the language that was asked for', async () => {
    const title = async (language: string): Promise<unknown> => {
      const response = await api.call('/api/v1/nothing', { headers: { 'accept-language': language } });
      return problem.parse(await response.json()).title;
    };
    expect(await title('pt-BR,pt;q=0.9')).toBe('Isto não existe.');
    expect(await title('fr, en;q=0.8')).toBe('This does not exist.');
  });

  test('and so does what they say in detail', async () => {
    const detail = async (language: string): Promise<unknown> => {
      const headers = { 'accept-language': language };
      const response = await api.call('/api/v1/echo?q=1&q=2', { headers });
      return problem.parse(await response.json()).detail;
    };
    expect(await detail('pt-BR')).toBe('O endereço foi recusado: um parâmetro aparece duas vezes.');
    expect(await detail('en')).toBe('The address was refused: a parameter is given twice.');
  });

  test('every reply carries the security headers', async () => {
    for (const path of ['/api/v1/leaky', '/api/v1/nothing', '/livez', '/config.json']) {
      const { headers } = await api.call(path);
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain("script-src 'self';");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(headers.get('cache-control')).toBe('no-store');
    }
  });

  test('HEAD is GET without a body', async () => {
    const response = await api.call('/api/v1/leaky', { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([200, '']);
  });
});

function sendRaw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(api.url).port), '127.0.0.1', () => socket.write(text));
    let reply = '';
    socket.on('data', (data) => {
      reply += data.toString();
    });
    socket.on('close', () => resolve(reply));
    socket.on('error', reject);
  });
}
