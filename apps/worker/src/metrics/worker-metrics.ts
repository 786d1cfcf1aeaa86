import type { QueueWatch } from '@zaphub/features';
import type { Stats } from '@zaphub/kernel';
import type { QueueActivity } from '@zaphub/queues';
import { Counter, Gauge, Registry } from 'prom-client';

/** What the worker's numbers are read from. */
export interface WorkerMetricSources {
  readonly stats: Stats;
  readonly activity: () => readonly QueueActivity[];
  readonly watch: Pick<QueueWatch, 'latest' | 'alarms'>;
}

/**
 * What this worker has done and sees, in Prometheus' text format. Nothing is asked for it: the watch has looked at the
 * queues within the last seconds. The depth of a queue is the same whichever worker tells it.
 */
export async function workerMetrics(sources: WorkerMetricSources): Promise<{ type: string; text: string }> {
  const registry = new Registry();
  const gauge = (name: string, help: string, labelNames: string[] = []): Gauge =>
    new Gauge({ name, help, labelNames, registers: [registry] });
  const counter = (name: string, help: string, labelNames: string[] = []): Counter =>
    new Counter({ name, help, labelNames, registers: [registry] });

  gauge('process_resident_memory_bytes', 'Memory of this process').set(process.memoryUsage.rss());
  gauge('process_uptime_seconds', 'Since the process began').set(process.uptime());
  const { user, system } = process.cpuUsage();
  counter('process_cpu_seconds_total', 'Processor time of this process').inc((user + system) / 1e6);

  addActivity(sources.activity(), { gauge, counter });
  addQueues(sources.watch, gauge);
  addStats(sources.stats, { gauge, counter });
  return { type: registry.contentType, text: await registry.metrics() };
}

interface Makers {
  readonly gauge: (name: string, help: string, labelNames?: string[]) => Gauge;
  readonly counter: (name: string, help: string, labelNames?: string[]) => Counter;
}

function addActivity(activity: readonly QueueActivity[], { gauge, counter }: Makers): void {
  const processed = counter(
    'bullmq_jobs_processed_total',
    'Attempts at jobs that ended in this process; retried ones failed and are tried again',
    ['queue', 'status'],
  );
  const running = gauge('zaphub_worker_jobs_running', 'Jobs that run now in this process', ['queue']);
  const places = gauge('zaphub_worker_places', 'Jobs that may run at once in this process', ['queue']);
  for (const { queue, ended, ...now } of activity) {
    for (const [status, count] of Object.entries(ended)) processed.inc({ queue, status }, count);
    running.set({ queue }, now.running);
    places.set({ queue }, now.places);
  }
}

function addQueues(watch: WorkerMetricSources['watch'], gauge: Makers['gauge']): void {
  const depth = gauge('bullmq_queue_depth', 'Jobs still to be done: waiting, active and delayed', ['queue']);
  const jobs = gauge('zaphub_queue_jobs', 'Jobs of a queue by state', ['queue', 'state']);
  const paused = gauge('zaphub_queue_paused', '1 while no job of the queue is started', ['queue']);
  const letters = gauge('zaphub_dead_letters', 'Messages that came to nothing and nobody has dealt with');
  const alarm = gauge('zaphub_queue_alarm', 'What is beyond its limit; the value that is too great', [
    'alarm',
    'queue',
  ]);
  const latest = watch.latest();
  if (latest !== undefined) {
    letters.set(latest.deadLetters);
    for (const { queue, total, isPaused, ...states } of latest.queues) {
      depth.set({ queue }, total);
      paused.set({ queue }, isPaused ? 1 : 0);
      for (const [state, count] of Object.entries(states)) jobs.set({ queue, state }, count);
    }
  }
  for (const { name, queue, value } of watch.alarms()) alarm.set({ alarm: name, queue }, value);
}

function addStats(stats: Stats, { gauge, counter }: Makers): void {
  const { counters, timings } = stats.getMetrics();
  const counted = counter('zaphub_counted_total', 'What this process has counted, by name', ['name']);
  for (const [name, count] of Object.entries(counters)) counted.inc({ name }, count);
  const duration = gauge('zaphub_operation_seconds', 'How long operations took since the start, by name', [
    'name',
    'quantile',
  ]);
  for (const [name, timing] of Object.entries(timings)) {
    duration.set({ name, quantile: '0.5' }, timing.p50Ms / 1000);
    duration.set({ name, quantile: '0.95' }, timing.p95Ms / 1000);
    duration.set({ name, quantile: '0.99' }, timing.p99Ms / 1000);
  }
}
