import { spawn, type ChildProcess } from 'node:child_process';
import { execPath } from 'node:process';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { nodeFlagsOf } from './node-flags.ts';

/** One program to keep running. */
export interface SuperviseOptions {
  /** Stands before every line of its output. */
  readonly name: string;
  /** Path of its main file. */
  readonly main: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onLine: (line: string) => void;
  /** Called after each end that nobody asked for, with the pause before the next start. */
  readonly onCrash: (how: string, pauseMs: number) => void;
  /** From SIGTERM to SIGKILL when it is stopped. */
  readonly stopTimeoutMs: number;
  readonly firstPauseMs?: number;
}

/** A program that is started again whenever it ends by itself. */
export interface Supervised {
  /** Ends it: SIGTERM, SIGKILL at the deadline or as soon as `force` is aborted. Resolves when it is gone. */
  stop(force: AbortSignal): Promise<void>;
  /** How many times it ended by itself. */
  readonly crashes: number;
}

const longestPauseMs = 30_000;
/** After a run of this length the pauses begin small again. */
const healthyMs = 60_000;
const preload = new URL('preload.ts', import.meta.url).href;

/**
 * Runs a program in a process of its own and starts it again, after pauses that double up to 30 s, whenever it
 * ends before `stop`. It gets no terminal signals (the caller decides when it stops) and ends with this process.
 */
export function supervise(options: SuperviseOptions): Supervised {
  const stopping = new AbortController();
  let child: ChildProcess | undefined;
  let crashes = 0;
  const running = keepRunning();
  return {
    get crashes() {
      return crashes;
    },
    stop: async (force) => {
      stopping.abort();
      child?.kill('SIGTERM');
      const kill = () => child?.kill('SIGKILL');
      const deadline = setTimeout(kill, options.stopTimeoutMs);
      force.addEventListener('abort', kill);
      if (force.aborted) kill();
      await running;
      clearTimeout(deadline);
      force.removeEventListener('abort', kill);
    },
  };

  async function keepRunning(): Promise<void> {
    const firstPauseMs = options.firstPauseMs ?? 500;
    let pauseMs = firstPauseMs;
    while (!stopping.signal.aborted) {
      const startedAt = performance.now();
      child = launch(options);
      const how = await ended(child);
      child = undefined;
      if (stopping.signal.aborted) return;
      crashes += 1;
      if (performance.now() - startedAt > healthyMs) pauseMs = firstPauseMs;
      options.onCrash(how, pauseMs);
      await delay(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    }
  }
}

function launch(options: SuperviseOptions): ChildProcess {
  const child = spawn(execPath, [...nodeFlagsOf(options.main), '--import', preload, options.main], {
    env: { ...options.env },
    // A session of its own keeps the terminal's Ctrl-C away.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    if (stream)
      createInterface({ input: stream }).on('line', (line) => options.onLine(`${options.name} │ ${line}`));
  }
  return child;
}

function ended(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${String(code)}`));
  });
}
