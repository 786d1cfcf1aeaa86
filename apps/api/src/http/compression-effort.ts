import { availableParallelism, cpus } from 'node:os';
import { performance } from 'node:perf_hooks';
import process from 'node:process';

/** How hard replies are compressed: as well as pays, or as fast as pays while the processor is short. */
export type CompressionEffort = 'usual' | 'eased';

/** Answers how hard to compress the next reply. Costs nothing but arithmetic, and keeps no timer. */
export interface EffortGauge {
  current(): CompressionEffort;
}

export interface EffortGaugeDeps {
  /** Milliseconds of a monotonic clock. */
  now(): number;
  /** How busy the process or its machine was since the last call, 0 to 1. */
  busy01(): number;
}

export interface EffortGaugeOptions {
  /** How long one measurement lasts. Default 500. */
  readonly windowMs?: number;
  /** A window above this is a busy one. Default 0.9. */
  readonly easeAbove01?: number;
  /** A window below this is a calm one; between the two nothing changes. Default 0.6. */
  readonly resumeBelow01?: number;
  /** Busy windows in a row before it eases. Default 2. */
  readonly windowsToEase?: number;
  /** Calm windows in a row before it works as usual again. Default 6: load that comes and goes must not make it flap. */
  readonly windowsToResume?: number;
}

/**
 * Lowers the effort while the process is short of processor time and raises it again once that has been over for a
 * while. It measures when it is asked, at most once a window; after a silence it starts from what it knew.
 */
export function createEffortGauge(
  deps: EffortGaugeDeps = { now: () => performance.now(), busy01: createBusyMeter() },
  options: EffortGaugeOptions = {},
): EffortGauge {
  const {
    windowMs = 500,
    easeAbove01 = 0.9,
    resumeBelow01 = 0.6,
    windowsToEase = 2,
    windowsToResume = 6,
  } = options;
  let effort: CompressionEffort = 'usual';
  /** Windows in a row that spoke for the other effort. */
  let against = 0;
  let measuredAtMs = deps.now();
  return {
    current() {
      const nowMs = deps.now();
      if (nowMs - measuredAtMs < windowMs) return effort;
      measuredAtMs = nowMs;
      const busy01 = deps.busy01();
      const isAgainst = effort === 'usual' ? busy01 > easeAbove01 : busy01 < resumeBelow01;
      against = isAgainst ? against + 1 : 0;
      if (against >= (effort === 'usual' ? windowsToEase : windowsToResume)) {
        effort = effort === 'usual' ? 'eased' : 'usual';
        against = 0;
      }
      return effort;
    },
  };
}

/**
 * Measures what is shortest: the event loop, the processors that this process may use (the compressing itself happens
 * beside the loop), or the machine's, which the database and the worker may share.
 */
function createBusyMeter(): () => number {
  let loop = performance.eventLoopUtilization();
  let own = process.cpuUsage();
  let machine = readMachine();
  let atMs = performance.now();
  return () => {
    const [loopNow, ownNow, machineNow, nowMs] = [
      performance.eventLoopUtilization(),
      process.cpuUsage(),
      readMachine(),
      performance.now(),
    ];
    const { utilization } = performance.eventLoopUtilization(loopNow, loop);
    const ownMs = (ownNow.user + ownNow.system - own.user - own.system) / 1000;
    const machine01 = 1 - (machineNow.idleMs - machine.idleMs) / (machineNow.allMs - machine.allMs || 1);
    const own01 = ownMs / (nowMs - atMs) / availableParallelism();
    [loop, own, machine, atMs] = [loopNow, ownNow, machineNow, nowMs];
    return Math.max(utilization, own01, machine01);
  };
}

function readMachine(): { idleMs: number; allMs: number } {
  let idleMs = 0;
  let allMs = 0;
  for (const { times } of cpus()) {
    idleMs += times.idle;
    allMs += times.user + times.nice + times.sys + times.irq + times.idle;
  }
  return { idleMs, allMs };
}
