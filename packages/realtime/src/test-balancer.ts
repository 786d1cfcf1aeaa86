import { type AddressInfo, connect, createServer } from 'node:net';

/** Hands each connection to the next port that takes it, as a load balancer in front of several instances does. */
export async function startBalancer(
  ports: readonly number[],
): Promise<{ url: string; close(): Promise<void> }> {
  let turn = 0;
  const server = createServer((client) => {
    const tryNext = (left: number): void => {
      const port = ports[turn++ % ports.length] ?? 0;
      if (left === 0) return void client.destroy();
      const upstream = connect(port, '127.0.0.1');
      const onRefused = (): void => tryNext(left - 1);
      upstream.once('error', onRefused);
      upstream.once('connect', () => {
        upstream.off('error', onRefused);
        upstream.on('error', () => client.destroy());
        upstream.on('close', () => client.destroy());
        client.pipe(upstream).pipe(client);
        client.on('close', () => upstream.destroy());
      });
    };
    client.on('error', () => undefined);
    tryNext(ports.length);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}
