import { createServer, type ServerResponse } from 'node:http';
import process from 'node:process';

// The floor: event streams by node:http alone, without anybody's identity, ids, heartbeats or limits.
const readers = new Set<ServerResponse>();
const server = createServer((_req, res) => {
  res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  res.write(': ok\n\n');
  readers.add(res);
  res.on('close', () => readers.delete(res));
});
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => {
  const address = server.address();
  if (typeof address === 'object' && address !== null)
    process.send?.({ url: `http://127.0.0.1:${address.port}` });
});
process.on('message', (message) => {
  const text: unknown = Reflect.get(Object(message), 'event');
  if (typeof text !== 'string') return;
  const bytes = Buffer.from(text);
  for (const res of readers) res.write(bytes);
});
process.on('disconnect', () => process.exit(0));
