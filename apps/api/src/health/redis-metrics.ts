import type { RedisAdapter } from '@zaphub/redis';
import { Counter, Gauge, type Registry } from 'prom-client';

const states = ['ready', 'degraded', 'connecting', 'down', 'closed'] as const;

/** How Redis is, what it was asked and how soon it answered, as of now and without asking it. */
export function addRedis(registry: Registry, redis: RedisAdapter): void {
  const registers = [registry];
  const metrics = redis.metrics();
  const state = new Gauge({
    name: 'zaphub_redis_state',
    help: '1 for the state that Redis is in',
    labelNames: ['state'],
    registers,
  });
  const current = redis.health().state;
  for (const each of states) state.set({ state: each }, each === current ? 1 : 0);

  const count = (name: string, help: string, value: number): void =>
    new Counter({ name, help, registers }).inc(value);
  count('zaphub_redis_commands_total', 'Commands asked for', metrics.commands);
  count('zaphub_redis_retries_total', 'Commands sent again', metrics.retries);
  count('zaphub_redis_reconnects_total', 'Connections lost and opened again', metrics.reconnects);
  const errors = new Counter({
    name: 'zaphub_redis_errors_total',
    help: 'Commands that failed after their last attempt, by code',
    labelNames: ['code'],
    registers,
  });
  for (const [code, failed] of Object.entries(metrics.errors)) errors.inc({ code }, failed);
  addConnections(registry, metrics);
  addLatency(registry, metrics.latency);
}

function addConnections(
  registry: Registry,
  { connections, inFlight }: ReturnType<RedisAdapter['metrics']>,
): void {
  const registers = [registry];
  const gauge = new Gauge({
    name: 'zaphub_redis_connections',
    help: 'Connections by role, and how many of them can be used or are busy',
    labelNames: ['role', 'is'],
    registers,
  });
  for (const [role, counts] of Object.entries(connections)) {
    for (const [is, value] of Object.entries(counts)) {
      if (is === 'open' || is === 'ready' || is === 'busy') gauge.set({ role, is }, value);
    }
  }
  const set = (name: string, help: string, value: number): void =>
    new Gauge({ name, help, registers }).set(value);
  set('zaphub_redis_pool_waiting', 'Askers in line for a blocking connection', connections.blocking.waiting);
  set('zaphub_redis_channels', 'Channels listened to', connections.subscriber.channels);
  set('zaphub_redis_in_flight', 'Commands sent and not yet answered', inFlight);
}

/** The adapter has counted into buckets already; prom-client's own histogram takes only single values. */
function addLatency(registry: Registry, latency: ReturnType<RedisAdapter['metrics']>['latency']): void {
  const name = 'zaphub_redis_command_seconds';
  const registers = [registry];
  const bucket = new Counter({
    name: `${name}_bucket`,
    help: 'Answers that took at most so long, cumulated',
    labelNames: ['le'],
    registers,
  });
  for (const [index, boundMs] of latency.boundsMs.entries()) {
    bucket.inc({ le: String(boundMs / 1000) }, latency.counts[index] ?? 0);
  }
  bucket.inc({ le: '+Inf' }, latency.count);
  new Counter({ name: `${name}_sum`, help: 'Time until the answer', registers }).inc(latency.sumMs / 1000);
  new Counter({ name: `${name}_count`, help: 'Answers', registers }).inc(latency.count);
}
