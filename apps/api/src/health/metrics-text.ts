import type { DistributedCache } from '@zaphub/cache';
import type { Stats } from '@zaphub/kernel';
import type { EventHub } from '@zaphub/realtime';
import type { RedisAdapter } from '@zaphub/redis';
import { Counter, Gauge, Registry } from 'prom-client';
import { addCache } from './cache-metrics.ts';
import { addEvents } from './event-metrics.ts';
import type { Health } from './health.ts';
import { addRedis } from './redis-metrics.ts';

/** What the metrics are read from. */
export interface MetricSources {
  readonly stats: Stats;
  readonly health: Health;
  readonly hub: Pick<EventHub, 'metrics' | 'size'>;
  readonly cache: DistributedCache;
  /** `undefined` where none is configured. */
  readonly redis: RedisAdapter | undefined;
}

/**
 * What this process has counted and found, in Prometheus' text format. Everything is read when it is asked for, from
 * the same kept answers as `/health`: scraping often costs no more than scraping once a second.
 */
export async function metricsText(sources: MetricSources): Promise<{ type: string; text: string }> {
  const registry = new Registry();
  const gauge = (name: string, help: string, value: number): void => {
    new Gauge({ name, help, registers: [registry] }).set(value);
  };
  const report = await sources.health.report();
  gauge('zaphub_ready', '1 when the process wants traffic', report.status === 'unavailable' ? 0 : 1);
  gauge('process_resident_memory_bytes', 'Memory of this process', process.memoryUsage.rss());
  gauge('process_uptime_seconds', 'Since the process began', process.uptime());
  new Counter({
    name: 'process_cpu_seconds_total',
    help: 'Processor time of this process',
    registers: [registry],
  }).inc((process.cpuUsage().user + process.cpuUsage().system) / 1e6);
  addChecks(registry, report.checks);
  await addTasks(registry, sources.stats);
  addStats(registry, sources.stats);
  addCache(registry, sources.cache);
  addEvents(registry, sources.hub.metrics());
  if (sources.redis !== undefined) addRedis(registry, sources.redis);
  return { type: registry.contentType, text: await registry.metrics() };
}

/** Of each check whether it is well, and each of its numbers. */
function addChecks(registry: Registry, checks: Awaited<ReturnType<Health['report']>>['checks']): void {
  const state = new Gauge({
    name: 'zaphub_check_ok',
    help: '1 when the check found nothing wrong',
    labelNames: ['check'],
    registers: [registry],
  });
  const value = new Gauge({
    name: 'zaphub_check_value',
    help: 'What the check measured, in the unit that its name ends with',
    labelNames: ['check', 'value'],
    registers: [registry],
  });
  for (const [check, finding] of Object.entries(checks)) {
    state.set({ check }, finding.status === 'ok' ? 1 : 0);
    for (const [name, each] of Object.entries(finding)) {
      if (typeof each === 'number') value.set({ check, value: name }, each);
    }
  }
}

async function addTasks(registry: Registry, stats: Stats): Promise<void> {
  const tasks = new Gauge({
    name: 'zaphub_tasks',
    help: 'Tasks by state; ended ones as long as they are remembered',
    labelNames: ['state'],
    registers: [registry],
  });
  const pending = new Gauge({
    name: 'zaphub_tasks_pending',
    help: 'Tasks that wait, by priority',
    labelNames: ['priority'],
    registers: [registry],
  });
  const queue = await stats.getQueueStats();
  if (queue === undefined) return;
  for (const state of ['pending', 'processing', 'completed', 'failed'] as const) {
    tasks.set({ state }, queue[state]);
  }
  for (const [priority, count] of Object.entries(queue.byPriority)) pending.set({ priority }, count);
}

function addStats(registry: Registry, stats: Stats): void {
  const { counters, timings } = stats.getMetrics();
  const counted = new Counter({
    name: 'zaphub_counted_total',
    help: 'What this process has counted, by name',
    labelNames: ['name'],
    registers: [registry],
  });
  for (const [name, count] of Object.entries(counters)) counted.inc({ name }, count);
  const duration = new Gauge({
    name: 'zaphub_operation_seconds',
    help: 'How long operations took since the start, by name',
    labelNames: ['name', 'quantile'],
    registers: [registry],
  });
  for (const [name, timing] of Object.entries(timings)) {
    duration.set({ name, quantile: '0.5' }, timing.p50Ms / 1000);
    duration.set({ name, quantile: '0.95' }, timing.p95Ms / 1000);
    duration.set({ name, quantile: '0.99' }, timing.p99Ms / 1000);
  }
}
