import { freePort } from './free-port.ts';
import { askRedis, startRedis, type TestRedis } from './redis.ts';

/** Masters of one cluster, each with a third of the slots and no replica. */
export interface TestRedisCluster {
  /** In the order of their slots. */
  readonly nodes: readonly TestRedis[];
  /** `redis+cluster://host:port,…` */
  readonly url: string;
  close(): Promise<void>;
}

const slots = 16_384;
const joinTimeoutMs = 20_000;

/** Starts three nodes, lets them meet, and resolves when all of them call the cluster healthy. */
export async function startRedisCluster(): Promise<TestRedisCluster> {
  const nodes = await Promise.all([0, 1, 2].map(startNode));
  const close = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.redis.close()));
  };
  try {
    await join(nodes.map(({ port, busPort }) => ({ port, busPort })));
  } catch (error) {
    await close();
    throw error;
  }
  return {
    nodes: nodes.map(({ redis }) => redis),
    url: `redis+cluster://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`,
    close,
  };
}

async function startNode(): Promise<{ redis: TestRedis; port: number; busPort: number }> {
  const busPort = await freePort();
  const redis = await startRedis({
    settings: { 'cluster-enabled': 'yes', 'cluster-port': String(busPort), 'cluster-node-timeout': '2000' },
  });
  return { redis, port: Number(new URL(redis.url).port), busPort };
}

async function join(nodes: readonly { port: number; busPort: number }[]): Promise<void> {
  const share = Math.ceil(slots / nodes.length);
  for (const [index, { port }] of nodes.entries()) {
    const last = Math.min(slots, (index + 1) * share) - 1;
    await ask(port, `CLUSTER ADDSLOTSRANGE ${index * share} ${last}`);
    await ask(port, `CLUSTER SET-CONFIG-EPOCH ${index + 1}`);
  }
  const [first, ...others] = nodes;
  for (const { port, busPort } of others)
    await ask(first?.port ?? 0, `CLUSTER MEET 127.0.0.1 ${port} ${busPort}`);
  const deadline = performance.now() + joinTimeoutMs;
  for (const { port } of nodes) {
    for (;;) {
      const info = await ask(port, 'CLUSTER INFO');
      if (info.includes('cluster_state:ok') && info.includes(`cluster_size:${nodes.length}`)) break;
      if (performance.now() > deadline) throw new Error('the nodes of the Redis cluster did not meet');
    }
  }
}

async function ask(port: number, command: string): Promise<string> {
  const reply = await askRedis(port, command);
  if (reply.startsWith('-')) throw new Error(`${command}: ${reply}`);
  return reply;
}
