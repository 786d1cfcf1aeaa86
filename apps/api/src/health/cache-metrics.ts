import type { CacheStats, DistributedCache } from '@zaphub/cache';
import { Counter, Gauge, type Registry } from 'prom-client';

/** What is counted up, by the name it has in Prometheus. */
const counted: Readonly<Record<string, keyof CacheStats>> = {
  memory_hit: 'memoryHits',
  redis_hit: 'redisHits',
  stale_hit: 'staleHits',
  negative_hit: 'negativeHits',
  miss: 'misses',
  load: 'loads',
  load_failure: 'loadFailures',
  shared_load: 'sharedLoads',
  set: 'sets',
  delete: 'deletes',
  eviction: 'evictions',
  invalidation: 'invalidations',
  redis_failure: 'redisFailures',
  unreadable: 'unreadable',
};

/** What this process's cache has done, by class, and how much is in its memory. */
export function addCache(registry: Registry, cache: DistributedCache): void {
  const registers = [registry];
  const labelNames = ['class'];
  const events = new Counter({
    name: 'zaphub_cache_events_total',
    help: 'Hits by where they came from, misses, loads and changes',
    labelNames: ['class', 'event'],
    registers,
  });
  const keys = new Gauge({ name: 'zaphub_cache_keys', help: 'Values in memory', labelNames, registers });
  const bytes = new Gauge({ name: 'zaphub_cache_bytes', help: 'Their encoded size', labelNames, registers });
  for (const [cacheClass, stats] of Object.entries(cache.getStatsByClass())) {
    const label = { class: cacheClass };
    for (const [event, name] of Object.entries(counted)) events.inc({ ...label, event }, stats[name]);
    keys.set(label, stats.totalKeys);
    bytes.set(label, stats.totalBytes);
  }
}
