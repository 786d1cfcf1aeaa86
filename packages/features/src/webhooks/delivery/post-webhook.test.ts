import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Resolve } from '../target/guarded-lookup.ts';
import { type CallResult, type PostOptions, postWebhook } from './post-webhook.ts';
import { type Receiver, startReceiver } from './receiver.ts';
import { retryAfterMs } from './retry-after.ts';

let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver.close());

const post = (url = receiver.url, options: Partial<PostOptions> = {}): Promise<CallResult> =>
  postWebhook(
    { url, headers: { 'content-type': 'application/json', 'webhook-id': 'evt_1' }, body: '{"é":1}' },
    { rules: { allowsPrivate: true }, timeoutMs: 5_000, signal: new AbortController().signal, ...options },
  );
const portOf = (url: string): string => new URL(url).port;

describe('a request', () => {
  test('carries its headers and the bytes as they are', async () => {
    receiver.answer((_call, response) => response.writeHead(200).end('thank you'));
    expect(await post()).toMatchObject({ status: 200, error: undefined, response: 'thank you' });
    expect(receiver.calls.at(-1)).toMatchObject({
      path: '/hook',
      body: '{"é":1}',
      headers: { 'webhook-id': 'evt_1', 'content-length': '8' },
    });
  });

  test('follows no redirect', async () => {
    const count = receiver.calls.length;
    receiver.answer((_call, response) => response.writeHead(307, { location: receiver.url }).end());
    expect(await post()).toMatchObject({ status: 307, error: 'redirect' });
    expect(receiver.calls.length).toBe(count + 1);
  });

  test('reads 4 kB of a huge answer and cuts the rest off', async () => {
    let hasClosed = false;
    receiver.answer((_call, response, request) => {
      request.socket.on('close', () => (hasClosed = true));
      response.writeHead(200);
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, 'x')));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });
    const result = await post();
    expect(result).toMatchObject({ status: 200, error: undefined });
    expect(result.response).toHaveLength(4_096);
    await expect.poll(() => hasClosed).toBe(true);
  });

  test('keeps nothing that a database cannot', async () => {
    receiver.answer((_call, response) => response.writeHead(500).end(Buffer.from([0, 27, 0xff, 0x41])));
    const { response } = await post();
    expect(response).toBe('\ufffd\ufffd\ufffdA');
  });

  test('gives up on a receiver that does not answer', async () => {
    receiver.answer(() => undefined);
    expect(await post(undefined, { timeoutMs: 100 })).toMatchObject({ status: undefined, error: 'timeout' });
  });

  test('is over when the answer is the offer of another protocol', async () => {
    receiver.answer((_call, _response, request) =>
      request.socket.write(
        'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: other\r\n\r\n',
      ),
    );
    expect(await post(undefined, { timeoutMs: 1_000 })).toMatchObject({
      status: undefined,
      error: 'connection_lost',
    });
  });

  test('ends with the worker', async () => {
    const stop = new AbortController();
    receiver.answer(() => stop.abort());
    expect(await post(undefined, { signal: stop.signal })).toMatchObject({ error: 'stopped' });
  });

  test('says what is wrong with the way', async () => {
    receiver.answer((_call, _response, request) => request.socket.destroy());
    expect((await post()).error).toBe('connection_lost');
    const closed = await startReceiver();
    await closed.close();
    expect((await post(closed.url)).error).toBe('connection_refused');
    expect((await post(receiver.url.replace('http:', 'https:'))).error).toBe('certificate');
    const unknown: Resolve = (_host, done) => done(Object.assign(new Error('no'), { code: 'ENOTFOUND' }), []);
    expect((await post('https://a.example.com', { resolve: unknown })).error).toBe('name_not_found');
  });
});

describe('a name', () => {
  const to =
    (...addresses: readonly string[]): Resolve =>
    (_host, done) =>
      done(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
  const strict = { allowsPrivate: false };

  test.each([
    ['to the loopback', ['127.0.0.1']],
    ['to a public and to a private address', ['93.184.216.34', '10.0.0.1']],
    ['to a mapped address', ['::ffff:127.0.0.1']],
    ['to where clouds keep secrets', ['169.254.169.254']],
    ['nowhere', []],
  ])('that leads %s is not called', async (_where, addresses) => {
    const count = receiver.calls.length;
    const result = await post('https://example.com/hook', { rules: strict, resolve: to(...addresses) });
    expect(result).toMatchObject({ status: undefined, error: 'private_address' });
    expect(receiver.calls.length).toBe(count);
  });

  test('is asked for once: the address that was checked is the one that is called', async () => {
    receiver.answer((_call, response) => response.writeHead(204).end());
    let asked = 0;
    const rebinding: Resolve = (_host, done) =>
      done(null, [{ address: asked++ === 0 ? '127.0.0.1' : '169.254.169.254', family: 4 }]);
    const result = await post(`http://rebind.example.com:${portOf(receiver.url)}/hook`, {
      resolve: rebinding,
    });
    expect(result).toMatchObject({ status: 204, error: undefined });
    expect(asked).toBe(1);
  });

  test('is checked again when the rules have become stricter', async () => {
    const count = receiver.calls.length;
    expect((await post(undefined, { rules: strict })).error).toBe('address_refused');
    expect(receiver.calls.length).toBe(count);
  });
});

test('Retry-After is honoured as seconds and as a date, for an hour at most', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  expect(retryAfterMs('120', now)).toBe(120_000);
  expect(retryAfterMs('Thu, 01 Jan 2026 00:05:00 GMT', now)).toBe(300_000);
  expect(retryAfterMs('999999', now)).toBe(3_600_000);
  for (const text of ['-1', '0', 'soon', '', 'Wed, 31 Dec 2025 00:00:00 GMT']) {
    expect(retryAfterMs(text, now)).toBeUndefined();
  }
  expect(retryAfterMs(undefined, now)).toBeUndefined();
});
