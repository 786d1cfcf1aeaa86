import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { selfSigned } from '../http/self-signed.ts';
import { exampleRequest, soon } from '../provider-conformance.ts';
import { createBaileys } from './create-baileys.ts';
import { createEventLog } from './testing/event-log.ts';
import { openLinkedSession } from './testing/linked-session.ts';
import { createMemoryStore } from './testing/memory-store.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A proxy that opens tunnels for whoever knows the password, and remembers to where. */
async function openProxy(): Promise<{ readonly url: string; readonly tunnels: readonly string[] }> {
  const tunnels: string[] = [];
  const open = new Set<Socket>();
  const server = createServer();
  server.on('connect', (request: IncomingMessage, client: Socket) => {
    const isKnown = request.headers['proxy-authorization'] === `Basic ${btoa('user:word')}`;
    if (!isKnown) return client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    tunnels.push(request.url ?? '');
    const [, port] = (request.url ?? '').split(':');
    const target = connect(Number(port), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      target.pipe(client).pipe(target);
    });
    for (const socket of [client, target]) {
      open.add(socket);
      socket.on('error', () => undefined);
    }
    return undefined;
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  closers.push(async () => {
    for (const socket of open) socket.destroy();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `http://user:word@127.0.0.1:${port}`, tunnels };
}

describe('a number with a proxy', () => {
  it('reaches WhatsApp through it alone', async () => {
    const proxy = await openProxy();
    const { key, cert } = selfSigned();
    const linked = await openLinkedSession({
      tls: { key, cert },
      ca: cert,
      settings: { proxy: proxy.url },
    });
    closers.unshift(linked.close);
    linked.whatsApp.addPerson('+5511912345678', 'Ana');
    expect(await linked.provider.send(exampleRequest(), soon())).toMatchObject({ kind: 'sent' });
    const { host } = new URL(linked.whatsApp.url);
    // One to be linked, one to be logged in.
    expect(proxy.tunnels).toEqual([host, host]);
  });

  it('does not go around a proxy that is not there', async () => {
    const provider = createBaileys({ url: 'wss://localhost:1/ws/chat' });
    closers.push(() => provider.close());
    const log = createEventLog();
    await provider.openSession({
      connectionId: 'connection',
      settings: { proxy: 'http://127.0.0.1:9' },
      store: createMemoryStore(),
      onEvent: log.onEvent,
    });
    expect((await log.next('lost')).cause).toBe('retry');
  });
});
