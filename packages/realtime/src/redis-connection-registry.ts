import type { RedisAdapter } from '@zaphub/redis';
import {
  type Connection,
  type ConnectionRegistry,
  connectionTtlMs,
  countByInstance,
} from './connection-registry.ts';

const batch = 500;

/**
 * The connections of all instances: a hash a tenant, and one sorted set that says when each is past its time.
 * @throws RedisError from any call
 */
export function createRedisConnectionRegistry(
  redis: RedisAdapter,
  options: { prefix?: string; ttlMs?: number; now?: () => number } = {},
): ConnectionRegistry {
  const { prefix = 'zaphub:', ttlMs = connectionTtlMs, now = Date.now } = options;
  const expiryKey = `${prefix}connections:expiry`;
  const keyOf = (tenantId: string): string => `${prefix}connections:{${tenantId}}`;
  const memberOf = ({ tenantId, id }: Pick<Connection, 'id' | 'tenantId'>): string => `${tenantId} ${id}`;

  const removeMembers = async (members: readonly string[]): Promise<void> => {
    for (const [tenantId, ids] of groupByTenant(members.map(parseMember))) {
      await redis.call('hdel', [keyOf(tenantId), ...ids.map(({ id }) => id)], { isIdempotent: true });
    }
    for (let i = 0; i < members.length; i += batch) {
      await redis.call('zrem', [expiryKey, ...members.slice(i, i + batch)], { isIdempotent: true });
    }
  };

  const list = async (tenantId: string): Promise<readonly Connection[]> => {
    const values: unknown = await redis.call('hvals', [keyOf(tenantId)]);
    const connections = (Array.isArray(values) ? values : []).flatMap((value: unknown) =>
      parseConnection(tenantId, value),
    );
    if (connections.length === 0) return [];
    const ends: unknown = await redis.call('zmscore', [expiryKey, ...connections.map(memberOf)]);
    return connections.filter((_connection, i) => Array.isArray(ends) && Number(ends[i]) > now());
  };

  return {
    async keep(connections) {
      const expiresAtMs = now() + ttlMs;
      for (let i = 0; i < connections.length; i += batch) {
        const part = connections.slice(i, i + batch);
        // First when it ends, then what it is: what is known always has an end.
        const ends = part.flatMap((connection) => [expiresAtMs, memberOf(connection)]);
        await redis.call('zadd', [expiryKey, ...ends], { isIdempotent: true });
        for (const [tenantId, ofTenant] of groupByTenant(part)) {
          const fields = ofTenant.flatMap((connection) => [connection.id, JSON.stringify(connection)]);
          await redis.call('hset', [keyOf(tenantId), ...fields], { isIdempotent: true });
        }
      }
    },
    remove: (connections) => removeMembers(connections.map(memberOf)),
    list,
    // Every entry is read: for operators, who ask seldom.
    async summary() {
      const alive: unknown = await redis.call('zrangebyscore', [expiryKey, `(${now()}`, '+inf']);
      const members = (Array.isArray(alive) ? alive : []).map((member) => parseMember(String(member)));
      const all: Connection[] = [];
      for (const tenantId of groupByTenant(members).keys()) all.push(...(await list(tenantId)));
      return countByInstance(all);
    },
    count: async () => Number(await redis.call('zcount', [expiryKey, `(${now()}`, '+inf'])),
    async cleanup() {
      const late: unknown = await redis.call('zrangebyscore', [expiryKey, '-inf', now()]);
      const members = (Array.isArray(late) ? late : []).map(String);
      if (members.length > 0) await removeMembers(members);
      return members.length;
    },
  };
}

function parseMember(member: string): { tenantId: string; id: string } {
  const space = member.indexOf(' ');
  return { tenantId: member.slice(0, space), id: member.slice(space + 1) };
}

function groupByTenant<T extends { tenantId: string }>(items: readonly T[]): Map<string, T[]> {
  return Map.groupBy(items, ({ tenantId }) => tenantId);
}

/** What another version has written is left out. */
function parseConnection(tenantId: string, text: unknown): Connection[] {
  const value: unknown = JSON.parse(String(text));
  const read = (name: string): unknown => Reflect.get(Object(value), name);
  const [id, instance, userId] = [read('id'), read('instance'), read('userId')];
  if (typeof id !== 'string' || typeof instance !== 'string') return [];
  return [
    {
      id,
      instance,
      tenantId,
      userId: typeof userId === 'string' ? userId : undefined,
      connectedAt: new Date(String(read('connectedAt'))),
    },
  ];
}
