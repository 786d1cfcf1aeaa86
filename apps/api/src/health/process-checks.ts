import { availableParallelism } from 'node:os';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { HealthCheck } from './health.ts';
import { type MemoryUse, readMemoryUse } from './memory-limit.ts';

/** How this process fares, measured since the last time it was asked. */
export interface ProcessChecks {
  readonly checks: readonly HealthCheck[];
  /** Stops measuring. */
  close(): void;
}

/** Settings of {@link createProcessChecks}; each has a default. */
export interface ProcessCheckOptions {
  /** More of the memory than this is too much. Default 0.9. */
  readonly memory01?: number;
  /** One turn of the event loop in a hundred may be late by so much. Default 200. */
  readonly delayMs?: number;
  /** More of the processors than this is too much. Default 0.95. */
  readonly cpu01?: number;
  readonly readMemory?: () => Promise<MemoryUse>;
}

/** How often the event loop is looked at. */
const resolutionMs = 20;

/** Memory against the container's limit, delay of the event loop, use of the processors. None of them stops traffic. */
export function createProcessChecks(options: ProcessCheckOptions = {}): ProcessChecks {
  const { memory01 = 0.9, delayMs = 200, cpu01 = 0.95, readMemory = readMemoryUse } = options;
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  let cpu = { used: process.cpuUsage(), at: performance.now() };

  const memoryCheck: HealthCheck = {
    name: 'memory',
    isRequired: false,
    run: async () => {
      const { limitBytes, usedBytes, isContainer } = await readMemory();
      const details = {
        used_bytes: usedBytes,
        limit_bytes: limitBytes,
        is_container: isContainer,
        rss_bytes: process.memoryUsage.rss(),
      };
      const used01 = usedBytes / limitBytes;
      return used01 > memory01
        ? { status: 'degraded', reason: `${Math.round(used01 * 100)} % of the memory is taken`, ...details }
        : { status: 'ok', ...details };
    },
  };
  const loopCheck: HealthCheck = {
    name: 'event_loop',
    isRequired: false,
    run: () => {
      // What is measured is the time between two looks, on time or late.
      const lateMs = delay.count === 0 ? 0 : delay.percentile(99) / 1e6 - resolutionMs;
      const p99Ms = Math.max(0, Math.round(lateMs * 10) / 10);
      delay.reset();
      return p99Ms > delayMs
        ? { status: 'degraded', reason: `the process answers ${p99Ms} ms late`, p99_ms: p99Ms }
        : { status: 'ok', p99_ms: p99Ms };
    },
  };
  const cpuCheck: HealthCheck = {
    name: 'cpu',
    isRequired: false,
    run: () => {
      const now = { used: process.cpuUsage(), at: performance.now() };
      const usedMs = (now.used.user + now.used.system - cpu.used.user - cpu.used.system) / 1000;
      const cores = usedMs / Math.max(1, now.at - cpu.at);
      cpu = now;
      const details = { cores_used: Math.round(cores * 100) / 100, cores: availableParallelism() };
      return cores / details.cores > cpu01
        ? { status: 'degraded', reason: 'the processors are busy', ...details }
        : { status: 'ok', ...details };
    },
  };
  return { checks: [memoryCheck, loopCheck, cpuCheck], close: () => void delay.disable() };
}
