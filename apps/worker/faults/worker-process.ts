import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** A real worker process of a fault test. */
export interface WorkerProcess {
  readonly pid: number;
  /** Resolves with the signal or the code that ended it. */
  readonly ended: Promise<string>;
  /** Everything it wrote, for the message of a failing test. */
  output(): string;
  /** Resolves when it has started to work, rejects when it ended before. */
  readonly ready: Promise<void>;
  signal(name: NodeJS.Signals): void;
  /** Resolves when it has been stopped by SIGSTOP. */
  stopped(): Promise<void>;
  /** Closes the other end of what it writes its log to. */
  closeOutput(): void;
  /** Closes the channel to its parent, as the parent's death would. */
  disconnect(): void;
  /** Kills it at once and waits until it is gone. */
  kill(): Promise<void>;
}

const main = fileURLToPath(new URL('../src/main.js', import.meta.url));
const skewedClock = fileURLToPath(new URL('skewed-clock.ts', import.meta.url));

/** Leases of two seconds, so that recovery is seen in seconds. */
const quick = { LEASE_MS: '2000', RECONCILE_MS: '300', LOG_LEVEL: 'info', SHUTDOWN_TIMEOUT_MS: '8000' };

/** Starts a worker with its own view of the world in `env`. */
export function startWorker(env: Readonly<Record<string, string>>): WorkerProcess {
  const flags = env['CLOCK_AHEAD_MS'] === undefined ? [] : ['--import', skewedClock];
  const child: ChildProcess = spawn(process.execPath, [...flags, main], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...quick, ...env },
  });
  const lines: string[] = [];
  child.stdout?.on('data', (data: Buffer) => lines.push(data.toString()));
  child.stderr?.on('data', (data: Buffer) => lines.push(data.toString()));
  const ended = once(child, 'exit').then(([code, signal]) => String(signal ?? code));
  const ready = Promise.race([
    once(child, 'message').then(() => undefined),
    ended.then((how) => {
      throw new Error(`the worker ended before it was ready (${how}):\n${lines.join('')}`);
    }),
  ]);
  ready.catch(() => undefined); // read by those who wait for it
  const signal = (name: NodeJS.Signals): void => void child.kill(name);
  return {
    pid: child.pid ?? 0,
    ended,
    ready,
    output: () => lines.join(''),
    signal,
    async stopped() {
      const deadline = performance.now() + 30_000;
      while (!isStopped(child.pid ?? 0)) {
        if (performance.now() > deadline) throw new Error(`the worker was not stopped:\n${lines.join('')}`);
        await pause(20);
      }
    },
    closeOutput() {
      child.stdout?.destroy();
      child.stderr?.destroy();
    },
    disconnect: () => child.disconnect(),
    async kill() {
      signal('SIGKILL');
      await ended;
    },
  };
}

/** The state letter of a process, after the name in parentheses: T is stopped. */
function isStopped(pid: number): boolean {
  return /\) T /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}
