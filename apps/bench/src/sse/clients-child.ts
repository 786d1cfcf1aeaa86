import { connect, type Socket } from 'node:net';
import process from 'node:process';
import { z } from 'zod';

// Many readers in one process: opens streams, then says for each marked event when it had reached them.
const order = z.union([
  z.object({
    open: z.number(),
    port: z.number(),
    localAddress: z.string(),
    path: z.string(),
    tokens: z.array(z.string()),
  }),
  z.object({ expect: z.string() }),
]);

const sockets: Socket[] = [];
let mark: string | undefined;
let arrivals: number[] = [];

process.on('message', (message) => {
  const wanted = order.parse(message);
  if ('expect' in wanted) {
    mark = wanted.expect;
    arrivals = [];
    process.send?.({ armed: true });
    return;
  }
  void openAll(wanted).then(
    () => process.send?.({ opened: sockets.length }),
    (error: unknown) => process.send?.({ failed: String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));

interface Opening {
  open: number;
  port: number;
  localAddress: string;
  path: string;
  tokens: string[];
}

async function openAll(opening: Opening): Promise<void> {
  let next = 0;
  const openSome = async (): Promise<void> => {
    while (next < opening.open) await openOne(opening, next++);
  };
  await Promise.all(Array.from({ length: 32 }, openSome));
}

function openOne({ port, localAddress, path, tokens }: Opening, n: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const token = tokens[n % Math.max(1, tokens.length)];
    const authorization = token === undefined ? '' : `Authorization: Bearer ${token}\r\n`;
    const socket = connect({ port, host: '127.0.0.1', localAddress, noDelay: true }, () =>
      socket.write(
        `GET ${path} HTTP/1.1\r\nHost: bench\r\nAccept: text/event-stream\r\n${authorization}` +
          'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36\r\n\r\n',
      ),
    );
    sockets.push(socket);
    socket.once('data', (part: Buffer) => {
      if (part.subarray(0, 12).toString() !== 'HTTP/1.1 200')
        reject(new Error(part.toString().slice(0, 300)));
      else resolve();
    });
    socket.on('error', reject);
    socket.on('data', (part: Buffer) => {
      if (mark === undefined || !part.includes(mark)) return;
      arrivals.push(performance.timeOrigin + performance.now());
      if (arrivals.length === sockets.length) process.send?.({ arrivals });
    });
  });
}
