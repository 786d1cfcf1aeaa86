import {
  type Connection,
  type ConnectionRegistry,
  connectionTtlMs,
  countByInstance,
} from './connection-registry.ts';

/** The connections of one process. */
export function createMemoryConnectionRegistry(
  options: { ttlMs?: number; now?: () => number } = {},
): ConnectionRegistry {
  const { ttlMs = connectionTtlMs, now = Date.now } = options;
  const known = new Map<string, { connection: Connection; expiresAtMs: number }>();
  const alive = (): Connection[] =>
    [...known.values()].filter(({ expiresAtMs }) => expiresAtMs > now()).map(({ connection }) => connection);
  return {
    keep(connections) {
      for (const connection of connections) {
        known.set(connection.id, { connection, expiresAtMs: now() + ttlMs });
      }
      return Promise.resolve();
    },
    remove(connections) {
      for (const { id } of connections) known.delete(id);
      return Promise.resolve();
    },
    list: (tenantId) => Promise.resolve(alive().filter((connection) => connection.tenantId === tenantId)),
    summary: () => Promise.resolve(countByInstance(alive())),
    count: () => Promise.resolve(alive().length),
    cleanup() {
      const before = known.size;
      for (const [id, { expiresAtMs }] of known) if (expiresAtMs <= now()) known.delete(id);
      return Promise.resolve(before - known.size);
    },
  };
}
