import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttpExchange, type HttpExchange, type HttpExchangeOptions } from './http-exchange.ts';
import { selfSigned } from './self-signed.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const serve = async (listener: RequestListener): Promise<{ url: URL; server: Server }> => {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  // A TCP server has an address of this shape.
  const { port } = server.address() as AddressInfo;
  return { url: new URL(`http://127.0.0.1:${port}/`), server };
};

const exchangeWith = (options: HttpExchangeOptions = {}): HttpExchange => {
  const exchange = createHttpExchange(options);
  closers.push(() => exchange.close());
  return exchange;
};

const post = (url: URL, change: { signal?: AbortSignal; notAfterMs?: number; body?: string } = {}) => ({
  method: 'POST' as const,
  url,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(change.body ?? '{}'),
  signal: change.signal ?? new AbortController().signal,
  notAfterMs: change.notAfterMs ?? performance.now() + 10_000,
});

describe('an exchange', () => {
  it('answers with the status, the headers and the whole body, over one kept connection', async () => {
    let connections = 0;
    const { url, server } = await serve((request, reply) => {
      let body = '';
      request.on('data', (chunk) => (body += chunk));
      request.on('end', () => reply.writeHead(418, { 'x-one': 'a' }).end(`got ${body}`));
    });
    server.on('connection', () => connections++);
    const exchange = exchangeWith();
    for (const body of ['1', '2', '3']) {
      const outcome = await exchange.send(post(url, { body }));
      expect(outcome).toMatchObject({ kind: 'answered', status: 418, body: `got ${body}` });
      expect(outcome.kind === 'answered' && outcome.header('x-one')).toBe('a');
    }
    expect(connections).toBe(1);
  });

  it('does the same over TLS, with a host that is trusted and no other', async () => {
    const { key, cert } = selfSigned();
    let connections = 0;
    const server = createTlsServer({ key, cert }, (_, reply) => reply.end('safe'));
    server.on('secureConnection', () => connections++);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closers.push(async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    });
    // A TCP server has an address of this shape.
    const url = new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const trusting = exchangeWith({ ca: cert });
    for (let i = 0; i < 3; i++) {
      expect(await trusting.send(post(url))).toMatchObject({ kind: 'answered', status: 200, body: 'safe' });
    }
    expect(connections).toBe(1);
    expect(await exchangeWith().send(post(url))).toEqual({ kind: 'not_written', code: 'tls_failed' });
  });

  it('knows that nothing left when nobody listens, when the name is unknown and when TLS fails', async () => {
    const { url, server } = await serve((_, reply) => reply.end());
    const secure = new URL(`https://127.0.0.1:${url.port}/`);
    const exchange = exchangeWith();
    expect(await exchange.send(post(secure))).toEqual({ kind: 'not_written', code: 'tls_failed' });
    expect(await exchange.send(post(new URL('http://no-such-host.invalid/')))).toMatchObject({
      kind: 'not_written',
    });
    server.close();
    await once(server, 'close');
    expect(await exchange.send(post(url))).toEqual({ kind: 'not_written', code: 'connection_refused' });
    // A name with several addresses, each of which refuses.
    const named = new URL(`http://localhost:${url.port}/`);
    expect(await exchange.send(post(named))).toEqual({ kind: 'not_written', code: 'connection_refused' });
  });

  it('looks at the deadline when the connection is made, not before', async () => {
    let requests = 0;
    const { url } = await serve((_, reply) => reply.end());
    const exchange = exchangeWith({ maxConnections: 1 });
    const slow = await serve((_, reply) => void setTimeout(() => reply.end(), 60));
    // The second request waits for the only connection, which is free again after its deadline.
    const first = exchange.send(post(slow.url));
    slow.server.on('request', () => requests++);
    const second = await exchange.send(post(slow.url, { notAfterMs: performance.now() + 20 }));
    expect(second).toEqual({ kind: 'not_written', code: 'too_late' });
    expect((await first).kind).toBe('answered');
    expect(requests).toBe(1);
    expect(await exchange.send(post(url, { notAfterMs: performance.now() - 1 }))).toEqual({
      kind: 'not_written',
      code: 'too_late',
    });
  });

  it('does not know what became of a request whose connection was cut, before or within the answer', async () => {
    const { url } = await serve((request, reply) => {
      if (request.url === '/at-once') return request.socket.destroy();
      reply.writeHead(200, { 'content-length': '100' });
      reply.write('half of');
      setTimeout(() => request.socket.destroy(), 5);
    });
    const exchange = exchangeWith();
    for (const path of ['/at-once', '/within']) {
      const outcome = await exchange.send(post(new URL(path, url)));
      expect(outcome).toEqual({ kind: 'lost', code: 'connection_lost' });
    }
  });

  it('gives up on an answer that does not come, that drips, or that has no end', async () => {
    const { url } = await serve((request, reply) => {
      if (request.url === '/never') return;
      reply.writeHead(200);
      if (request.url === '/endless') return void reply.end('x'.repeat(2_000));
      const timer = setInterval(() => reply.write('x'), 5);
      request.socket.on('close', () => clearInterval(timer));
    });
    const exchange = exchangeWith({ replyTimeoutMs: 40 });
    for (const path of ['/never', '/drip']) {
      expect(await exchange.send(post(new URL(path, url)))).toEqual({ kind: 'lost', code: 'timeout' });
    }
    const patient = exchangeWith({ maxReplyBytes: 1_000 });
    expect(await patient.send(post(new URL('/endless', url)))).toEqual({
      kind: 'lost',
      code: 'reply_too_long',
    });
  });

  it('tells an abort before the first byte from one after it', async () => {
    const aborting = new AbortController();
    const { url } = await serve(() => aborting.abort());
    const exchange = exchangeWith();
    expect(await exchange.send(post(url, { signal: AbortSignal.abort() }))).toEqual({
      kind: 'not_written',
      code: 'aborted',
    });
    expect(await exchange.send(post(url, { signal: aborting.signal }))).toEqual({
      kind: 'lost',
      code: 'timeout',
    });
  });

  it('has sent nothing to a server that does not complete the handshake', async () => {
    const sockets: Socket[] = [];
    const silent = createTcpServer((socket) => void sockets.push(socket));
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    closers.push(async () => {
      for (const socket of sockets) socket.destroy();
      silent.close();
      await once(silent, 'close');
    });
    // A TCP server has an address of this shape.
    const { port } = silent.address() as AddressInfo;
    const exchange = exchangeWith({ connectTimeoutMs: 40 });
    expect(await exchange.send(post(new URL(`https://127.0.0.1:${port}/`)))).toEqual({
      kind: 'not_written',
      code: 'connect_timeout',
    });
  });

  it('sends nothing that cannot be a header, and nothing after it was closed', async () => {
    const { url } = await serve((_, reply) => reply.end());
    const exchange = exchangeWith();
    const broken = { ...post(url), headers: { authorization: 'Bearer a\nb' } };
    expect(await exchange.send(broken)).toEqual({ kind: 'not_written', code: 'request_invalid' });
    await exchange.close();
    await exchange.close();
    expect(await exchange.send(post(url))).toEqual({ kind: 'not_written', code: 'closed' });
  });
});
