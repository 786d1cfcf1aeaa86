import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { randomBytes } from 'node:crypto';
import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import express from 'express';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { compressReplies } from './compression.ts';
import type { CompressionEffort } from './compression-effort.ts';

const rows = Array.from({ length: 260 }, (_, index) => ({
  id: index,
  name: `Contact ${(index * 7919) % 10_007}`,
  phone: `+1555${(index * 104_729) % 10_000_000}`,
  state: index % 2 === 0 ? 'sent' : 'read',
  at: new Date(1.76e12 + index * 61_234).toISOString(),
}));
const list = JSON.stringify(rows);
/** Chunks that do not compress. */
const noise = Array.from({ length: 64 }, () => randomBytes(48 * 1024).toString('base64'));

let effort: CompressionEffort = 'usual';
let called: unknown[] = [];
const note =
  (what: string) =>
  (error?: Error | null): void =>
    void called.push(error ?? what);
let server: Server;
let port = 0;
beforeAll(async () => {
  const app = express();
  app.disable('etag');
  app.use(compressReplies({ current: () => effort }));
  app.get('/list', (req, res) => {
    res.setHeader('ETag', '"the same for everybody"');
    res.type('json').send(JSON.stringify({ tenant: req.headers['x-tenant'], padding: 'x'.repeat(5000) }));
  });
  app.get('/small', (_req, res) => void res.type('json').send('{"a":1}'));
  app.get('/events', (_req, res) => void res.type('text/event-stream').send('data: x\n\n'.repeat(500)));
  app.get('/range', (_req, res) => void res.status(206).type('text/csv').send('x'.repeat(5000)));
  app.get('/partial', (_req, res) => void res.status(206).json(rows));
  app.get('/content-range', (_req, res) => void res.set('Content-Range', 'bytes 0-9/99').json(rows));
  app.get('/rows', (_req, res) => void res.json(rows));
  app.get('/problem', (_req, res) => void res.status(409).type('application/problem+json').end(list));
  app.get('/sealed', (_req, res) => void res.set('Cache-Control', 'no-transform').json(rows));
  app.get('/encoded', (_req, res) => {
    void res.set('Content-Encoding', 'gzip').type('json').end(gzipSync(list));
  });
  app.get('/sized/:bytes', (req, res) => void res.type('json').end('1'.repeat(Number(req.params.bytes))));
  app.get('/written', (_req, res) => {
    res.type('json');
    res.write(list.slice(0, 3000), note('written'));
    res.write(list.slice(3000, 4000), 'utf8', note('written too'));
    res.end(list.slice(4000), note('finished'));
  });
  app.get('/end-of-nothing', (_req, res) => {
    res.type('json');
    res.write(list);
    res.end(note('finished'));
  });
  app.get('/end-at-once', (_req, res) => {
    res.type('json').end(list, 'utf8', note('finished'));
    expect(res.headersSent).toBe(true);
    res.end(note('finished again'));
  });
  app.get('/latin', (_req, res) => void res.type('json').end(`"${'é'.repeat(2000)}"`, 'latin1'));
  app.get('/bytes', (_req, res) => void res.type('json').end(new TextEncoder().encode(list)));
  app.get('/noise', (_req, res) => {
    res.type('text');
    const writeOn = (at: number): void => {
      const chunk = noise[at];
      if (chunk === undefined) res.end(note('finished'));
      else res.write(chunk, (error) => (error ? note('cut off')(error) : writeOn(at + 1)));
    };
    writeOn(0);
  });
  app.get('/endless', (_req, res) => {
    res.type('text');
    const writeOn = (at: number): void => {
      res.write(noise[at % noise.length], (error) => (error ? note('cut off')(error) : writeOn(at + 1)));
    };
    writeOn(0);
  });
  server = createServer(app);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an address with a port.
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => new Promise((resolve) => void server.close(resolve)));

beforeEach(() => {
  effort = 'usual';
  called = [];
});

interface Reply {
  status: number | undefined;
  encoding: string | undefined;
  vary: string | undefined;
  body: Buffer;
}

function decode({ encoding, body }: Reply): string {
  if (encoding === 'br') return brotliDecompressSync(body).toString();
  return (encoding === 'gzip' ? gunzipSync(body) : body).toString();
}

function ask(path: string, headers: Record<string, string>, method = 'GET'): Promise<Reply> {
  return new Promise((resolve, reject) => {
    request({ port, path, method, headers, agent: false }, (res) => {
      const chunks: Buffer[] = [];
      res.on('data', (chunk: Buffer) => chunks.push(chunk));
      res.on('end', () =>
        resolve({
          status: res.statusCode,
          encoding: res.headers['content-encoding'],
          vary: res.headers.vary,
          body: Buffer.concat(chunks),
        }),
      );
      res.on('error', reject);
    })
      .on('error', reject)
      .end();
  });
}

test('equal ETags of two tenants never mix, whatever the encoding', async () => {
  for (const round of [1, 2, 3]) {
    for (const tenant of ['a', 'b']) {
      const brotli = await ask('/list', { 'accept-encoding': 'gzip, br', 'x-tenant': tenant });
      expect([round, brotli.encoding]).toEqual([round, 'br']);
      expect(JSON.parse(brotliDecompressSync(brotli.body).toString())).toMatchObject({ tenant });
      const gzip = await ask('/list', { 'accept-encoding': 'gzip', 'x-tenant': tenant });
      expect(gzip.encoding).toBe('gzip');
      expect(JSON.parse(gunzipSync(gzip.body).toString())).toMatchObject({ tenant });
    }
  }
});

test.each<[string, string, Record<string, string>, string]>([
  ['a small reply', '/small', {}, 'GET'],
  ['an event stream', '/events', {}, 'GET'],
  ['a range', '/range', {}, 'GET'],
  ['a range of JSON', '/partial', {}, 'GET'],
  ['what says that it is a range', '/content-range', {}, 'GET'],
  ['what must not be transformed', '/sealed', {}, 'GET'],
  ['1,023 bytes', '/sized/1023', {}, 'GET'],
  ['a HEAD', '/list', {}, 'HEAD'],
  ['who asks for none', '/list', { 'x-no-compression': '1' }, 'GET'],
  ['who can read none', '/rows', { 'accept-encoding': 'identity' }, 'GET'],
])('%s is left alone', async (_name, path, headers, method) => {
  const reply = await ask(path, { 'accept-encoding': 'gzip, br', ...headers }, method);
  expect(reply.encoding).toBeUndefined();
});

describe('a whole JSON reply', () => {
  test.each([
    ['br', 'gzip, deflate, br'],
    ['br', '*'],
    ['gzip', 'gzip, br;q=0'],
    ['gzip', 'gzip'],
  ])('comes in %s to who accepts %s', async (encoding, accepted) => {
    const reply = await ask('/rows', { 'accept-encoding': accepted });
    expect([reply.status, reply.encoding, reply.vary]).toEqual([200, encoding, 'Accept-Encoding']);
    expect(decode(reply)).toBe(list);
    expect(reply.body.length).toBeLessThan(list.length / 2);
  });

  test('is compressed from 1 kB on, and a problem like any other', async () => {
    const kilobyte = await ask('/sized/1024', { 'accept-encoding': 'br' });
    expect([kilobyte.encoding, decode(kilobyte)]).toEqual(['br', '1'.repeat(1024)]);
    const problem = await ask('/problem', { 'accept-encoding': 'br' });
    expect([problem.status, problem.encoding, decode(problem)]).toEqual([409, 'br', list]);
  });

  test('that was encoded before stays as it is', async () => {
    const reply = await ask('/encoded', { 'accept-encoding': 'br, gzip' });
    expect([reply.encoding, decode(reply)]).toEqual(['gzip', list]);
  });

  test('may be given as bytes or in another encoding', async () => {
    const bytes = await ask('/bytes', { 'accept-encoding': 'br' });
    expect([bytes.encoding, decode(bytes)]).toEqual(['br', list]);
    const latin = await ask('/latin', { 'accept-encoding': 'br' });
    expect([latin.encoding, brotliDecompressSync(latin.body).toString('latin1')]).toEqual([
      'br',
      `"${'é'.repeat(2000)}"`,
    ]);
  });

  test('is made with less effort while the processor is short, in each encoding', async () => {
    for (const encoding of ['br', 'gzip']) {
      effort = 'usual';
      const usual = await ask('/rows', { 'accept-encoding': encoding });
      effort = 'eased';
      const eased = await ask('/rows', { 'accept-encoding': encoding });
      expect([eased.encoding, decode(eased)]).toEqual([encoding, list]);
      expect(eased.body.length).toBeGreaterThan(usual.body.length);
    }
  });

  test('that its reader no longer waits for troubles nobody', async () => {
    const gone = request({ port, path: '/rows', headers: { 'accept-encoding': 'br' }, agent: false });
    gone.on('error', () => undefined);
    gone.end();
    await eventually(() => expect(gone.writableFinished).toBe(true));
    gone.destroy();
    expect(decode(await ask('/rows', { 'accept-encoding': 'br' }))).toBe(list);
  });
});

describe.each(['br', 'gzip', 'identity'])('callbacks of a reply in %s', (encoding) => {
  const headers = { 'accept-encoding': encoding };

  test('given to end after a write neither break the reply nor are forgotten', async () => {
    expect(decode(await ask('/end-of-nothing', headers))).toBe(list);
    expect(called).toEqual(['finished']);
  });

  test('given with chunks are called in order', async () => {
    expect(decode(await ask('/written', headers))).toBe(list);
    await eventually(() => expect(called).toEqual(['written', 'written too', 'finished']));
  });

  test('given with the whole reply are called once it has left, also by a second end', async () => {
    expect(decode(await ask('/end-at-once', headers))).toBe(list);
    await eventually(() => expect(called).toEqual(['finished', 'finished again']));
  });

  test('pace who waits for them, and every byte arrives', async () => {
    expect(decode(await ask('/noise', headers))).toBe(noise.join(''));
    await eventually(() => expect(called).toEqual(['finished']));
  });

  test('are told when the reader leaves in the middle', async () => {
    await new Promise<void>((resolve, reject) => {
      const going = request({ port, path: '/endless', headers, agent: false }, (res) => {
        res.once('data', () => {
          res.on('error', () => resolve());
          going.destroy();
        });
      });
      going.on('error', reject).end();
    });
    await eventually(() => expect(called).toEqual([new Error('the reply was cut off')]));
  });
});
