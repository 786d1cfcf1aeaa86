import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import express from 'express';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compressReplies } from './compression.ts';

let server: Server;
let port = 0;
beforeAll(async () => {
  const app = express();
  app.use(compressReplies());
  app.get('/list', (req, res) => {
    res.setHeader('ETag', '"the same for everybody"');
    res.type('json').send(JSON.stringify({ tenant: req.headers['x-tenant'], padding: 'x'.repeat(5000) }));
  });
  app.get('/small', (_req, res) => void res.type('json').send('{"a":1}'));
  app.get('/events', (_req, res) => void res.type('text/event-stream').send('data: x\n\n'.repeat(500)));
  app.get('/range', (_req, res) => void res.status(206).type('text/csv').send('x'.repeat(5000)));
  server = createServer(app);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an address with a port.
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => new Promise((resolve) => void server.close(resolve)));

interface Reply {
  encoding: string | undefined;
  body: Buffer;
}

function ask(path: string, headers: Record<string, string>, method = 'GET'): Promise<Reply> {
  return new Promise((resolve, reject) => {
    request({ port, path, method, headers, agent: false }, (res) => {
      const chunks: Buffer[] = [];
      res.on('data', (chunk: Buffer) => chunks.push(chunk));
      res.on('end', () =>
        resolve({ encoding: res.headers['content-encoding'], body: Buffer.concat(chunks) }),
      );
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
  ['a HEAD', '/list', {}, 'HEAD'],
  ['who asks for none', '/list', { 'x-no-compression': '1' }, 'GET'],
])('%s is left alone', async (_name, path, headers, method) => {
  const reply = await ask(path, { 'accept-encoding': 'gzip, br', ...headers }, method);
  expect(reply.encoding).toBeUndefined();
});
