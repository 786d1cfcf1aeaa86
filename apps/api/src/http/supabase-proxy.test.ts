import { createServer, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { problem } from '@zaphub/types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useTestApi } from '../testing/test-api.ts';

interface Seen {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingMessage['headers'];
  body: string;
}

const seen: Seen[] = [];
const supabase = createServer((req, res) => {
  const answer = async (): Promise<void> => {
    const body = await text(req).catch(() => undefined);
    if (body === undefined) return; // cut off
    seen.push({ method: req.method, url: req.url, headers: req.headers, body });
    res.writeHead(201, {
      'content-type': 'application/json',
      'access-control-allow-origin': '*',
      'x-powered-by': 'something',
      'keep-alive': 'timeout=99',
      'x-kept': 'yes',
    });
    res.end('{"ok":true}');
  };
  void answer();
});
let supabaseUrl = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => void supabase.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an address with a port.
  supabaseUrl = `http://127.0.0.1:${(supabase.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => void supabase.close(resolve)));

describe('the proxy to Supabase', () => {
  const api = useTestApi({ supabaseUrl: () => supabaseUrl });

  test('forwards method, query, body and headers, but nothing that is meant for one hop', async () => {
    const response = await api.call('/auth/v1/token?grant_type=password', {
      method: 'POST',
      json: { email: 'a@example.com' },
      headers: {
        apikey: 'public',
        te: 'trailers',
        'proxy-authorization': 'Basic x',
        'x-forwarded-host': 'evil.example',
        forwarded: 'for=1.2.3.4',
      },
    });
    expect([response.status, await response.json()]).toEqual([201, { ok: true }]);
    expect(response.headers.get('x-kept')).toBe('yes');
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    expect(response.headers.get('x-powered-by')).toBeNull();
    expect(response.headers.get('keep-alive')).not.toBe('timeout=99');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const last = seen.at(-1);
    expect(last).toMatchObject({
      method: 'POST',
      url: '/auth/v1/token?grant_type=password',
      body: '{"email":"a@example.com"}',
      headers: { apikey: 'public', host: new URL(supabaseUrl).host, 'x-forwarded-for': '127.0.0.1' },
    });
    for (const name of ['te', 'proxy-authorization', 'x-forwarded-host', 'forwarded']) {
      expect(last?.headers).not.toHaveProperty(name);
    }
  });

  test.each([
    '/auth/v1/../../secret',
    '/auth/v1/%2e%2e/%2E%2E/secret',
    '/auth/v1/..%2f..%2fsecret',
    '/rest/v1/./x',
    '/auth/v2/token',
    '/storage/v1/object',
    '/auth/v1',
    'http://169.254.169.254/auth/v1/token',
  ])('%s is not forwarded', async (path) => {
    const before = seen.length;
    const status = await new Promise<number | undefined>((resolve, reject) => {
      // Not fetch: it would tidy the address up.
      request({ port: new URL(api.url).port, path }, (res) => {
        res.resume();
        resolve(res.statusCode);
      })
        .on('error', reject)
        .end();
    });
    const forwarded = seen.slice(before).map((each) => each.headers.host);
    if (path.startsWith('http'))
      expect(forwarded.every((host) => host === new URL(supabaseUrl).host)).toBe(true);
    else expect([status, forwarded]).toEqual([404, []]);
  });

  test.each([
    ['announced', (text: string) => text],
    ['unannounced', (text: string) => new Blob([text]).stream()],
  ])('an %s body that no sign-in needs is refused, not held by the other end', async (_how, bodyOf) => {
    const before = seen.length;
    const response = await fetch(`${api.url}/auth/v1/signup`, {
      method: 'POST',
      body: bodyOf('x'.repeat(3 * 1024 * 1024)),
      duplex: 'half',
    });
    expect(problem.parse(await response.json())).toMatchObject({ status: 413, code: 'body_too_large' });
    expect(seen).toHaveLength(before);
  });

  const inner = 'GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n';
  const chunked = `${inner.length.toString(16)}\r\n${inner}\r\n0\r\n\r\n`;
  test.each([
    ['a chunked body', 'GET', 'Transfer-Encoding: chunked', chunked],
    ['a chunked body', 'DELETE', 'Transfer-Encoding: chunked', chunked],
    [
      'a disowned length',
      'GET',
      `Content-Length: ${inner.length}\r\nConnection: content-length, close`,
      inner,
    ],
    [
      'a disowned length',
      'POST',
      `Content-Length: ${inner.length}\r\nConnection: content-length, close`,
      inner,
    ],
  ])('%s of a %s stays one request', async (_what, method, headers, body) => {
    const before = seen.length;
    const socket = connect(Number(new URL(api.url).port), '127.0.0.1');
    socket.write(`${method} /auth/v1/user HTTP/1.1\r\nHost: x\r\n${headers}\r\n\r\n${body}`);
    const answer = await new Promise<string>(
      (resolve) => void socket.once('data', (data) => resolve(String(data))),
    );
    socket.destroy();
    expect(answer).toContain('HTTP/1.1 201');
    // A request of its own on the same kept connection: whatever was left there has been read by then.
    await (await api.call('/auth/v1/user')).text();
    expect(seen.slice(before).map((each) => [each.method, each.url, each.body])).toEqual([
      [method, '/auth/v1/user', inner],
      ['GET', '/auth/v1/user', ''],
    ]);
  });
});

describe('a proxy whose target is away', () => {
  const api = useTestApi({ supabaseUrl: () => 'http://127.0.0.1:9' });

  test('says so, and when to come back', async () => {
    const response = await api.call('/rest/v1/contacts');
    expect(problem.parse(await response.json())).toMatchObject({ status: 503, code: 'unavailable' });
    expect(response.headers.get('retry-after')).toBe('2');
  });
});

describe('signing in', () => {
  const api = useTestApi({ supabaseUrl: () => supabaseUrl, signInsPerMinute: 3 });

  test('has an allowance of its own, so that passwords cannot be guessed at speed', async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 4; i++) {
      const response = await api.call('/auth/v1/token?grant_type=password', { method: 'POST', json: {} });
      statuses.push(response.status);
    }
    expect(statuses).toEqual([201, 201, 201, 429]);
    expect((await api.call('/auth/v1/user')).status).toBe(201);
    // A one-time code can be tried by its link as well.
    expect((await api.call('/auth/v1/verify?type=recovery&token=000000')).status).toBe(429);
  });
});
