import { Cluster } from 'ioredis';
import type { CommandPool } from './command-pool.ts';
import { RedisError, toRedisError } from './redis-error.ts';

/** Keys looked at by the server in one step; it answers others in between. */
const stepSize = 1000;

/** Walks over the keys of every node that holds some, a batch at a time. */
export async function* scanKeys(
  pool: CommandPool,
  pattern: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly string[]> {
  const [client] = pool.clients();
  if (client === undefined) throw new RedisError('redis_unavailable', 'Redis is away: scan was not sent');
  const nodes = client instanceof Cluster ? client.nodes('master') : [client];
  for (const node of nodes) {
    let cursor = '0';
    do {
      signal?.throwIfAborted();
      try {
        const [next, keys] = await node.scan(cursor, 'MATCH', pattern, 'COUNT', stepSize);
        cursor = next;
        if (keys.length > 0) yield keys;
      } catch (error) {
        throw toRedisError(error, 'scan');
      }
    } while (cursor !== '0');
  }
}
