import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { queryObjects, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, expect, test } from 'vitest';
import { eventually } from './eventually.ts';
import { takeOverConnection } from './take-over-connection.ts';

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

interface Client {
  text: string;
  isClosed: boolean;
  send(text: string): void;
}

async function serve(
  onRequest: (req: IncomingMessage, res: ServerResponse) => void,
): Promise<{ server: Server; ask(text: string): Client }> {
  const server = createServer(onRequest);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  closers.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  return {
    server,
    ask(text) {
      const socket = connect(port, '127.0.0.1', () => void socket.write(text));
      closers.push(() => void socket.destroy());
      const client = { text: '', isClosed: false, send: (more: string) => void socket.write(more) };
      socket.on('data', (part) => (client.text += part.toString()));
      socket.on('close', () => (client.isClosed = true));
      socket.on('error', () => undefined);
      return client;
    },
  };
}

const begin = (res: ServerResponse): void => {
  res.writeHead(200, { 'Content-Type': 'text/event-stream' });
  res.flushHeaders();
};

test('the response is over for everybody else, and its connection goes on until it is ended', async () => {
  const over: string[] = [];
  const taken: Socket[] = [];
  const { ask } = await serve((_req, res) => {
    begin(res);
    res.once('close', () => over.push(`close, finished ${res.writableFinished}`));
    const socket = takeOverConnection(res);
    if (socket !== undefined) taken.push(socket);
  });
  const client = ask('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await eventually(() => expect(over).toEqual(['close, finished true']));
  taken[0]?.write('3\r\none\r\n');
  await eventually(() => expect(client.text).toMatch(/one\r\n$/));
  client.send('GET /again HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(3));
  taken[0]?.end('3\r\ntwo\r\n0\r\n\r\n');
  await eventually(() => expect(client.text).toMatch(/\r\n\r\n3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n$/));
  expect(client.text.match(/HTTP\/1\.1/g)).toHaveLength(1);
  expect(taken).toHaveLength(1);
});

test.each([
  ['does not know chunks', 'GET / HTTP/1.0\r\n\r\n'],
  ['wants the connection closed', 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'],
])('the response stays as it is for a client that %s', async (_name, request) => {
  const taken: unknown[] = [];
  const { ask } = await serve((_req, res) => {
    begin(res);
    taken.push(takeOverConnection(res));
    res.end('all');
  });
  const client = ask(request);
  await eventually(() => expect(client.isClosed).toBe(true));
  expect([client.text.includes('all'), taken]).toEqual([true, [undefined]]);
});

test('request and response are let go of', async () => {
  setFlagsFromString('--expose-gc');
  // Vitest's own process was not started with the flag; a new context has what it brings.
  const collect: () => void = runInNewContext('gc');
  class Marked {
    readonly big = 'x';
  }
  const sockets: Socket[] = [];
  const hold = (socket: Socket | undefined): void => {
    if (socket !== undefined) sockets.push(socket);
  };
  const { ask } = await serve((req, res) => {
    Reflect.set(req, 'context', new Marked());
    Reflect.set(res, 'locals', new Marked());
    begin(res);
    hold(takeOverConnection(res));
  });
  for (let i = 0; i < 20; i++) ask('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await eventually(() => expect(sockets).toHaveLength(20));
  await eventually(() => {
    collect();
    expect(queryObjects(Marked)).toBe(0);
  });
});
