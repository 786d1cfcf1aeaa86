import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';

/** A server in a process of its own, so that cases do not share a heap or an event loop. */
export interface HttpChild {
  readonly url: string;
  readonly process: ChildProcess;
  close(): Promise<void>;
}

/** Starts a file that sends its port once it listens, and ends with its parent. Rejects when it ends before that. */
export async function startHttpChild(
  path: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<HttpChild> {
  const child = fork(path, args, { env: { ...process.env, ...env } });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${path} ended with ${String(code)}`);
  });
  const [port] = await Promise.race([once(child, 'message'), ended]);
  ended.catch(() => undefined);
  return {
    url: `http://127.0.0.1:${String(port)}`,
    process: child,
    close: () => endChild(child),
  };
}

/** Asks a process to end and waits until it has; one that has ended is left alone. */
export async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}

/**
 * Processor time that a process has used since its start, all threads. A busy neighbour changes it less than any rate.
 */
export async function cpuMsOf(child: ChildProcess): Promise<number> {
  const stat = await readFile(`/proc/${child.pid}/stat`, 'utf8');
  // After the name in brackets, which may hold anything: utime and stime are the 12th and 13th, in ticks of 10 ms.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
