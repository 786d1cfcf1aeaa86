import { readdir, readFile } from 'node:fs/promises';

/** Milliseconds of processor time, all threads, by who used them. */
export type ProcessorTime = Readonly<Record<string, number>>;

/** Adds up the processor time of processes that may die and start again under one name. */
export interface ProcessorClock {
  /** Until now, those that have ended before included. */
  read(): Promise<ProcessorTime>;
  /** A process is about to end: what it has used by now is kept. */
  keep(name: string): Promise<void>;
}

/**
 * Counts each process by the id that it has just now, and Postgres whole: the server that the process `backendPid` is
 * of, with all of its backends.
 */
export async function createProcessorClock(
  pids: Readonly<Record<string, () => number | undefined>>,
  backendPid: number,
): Promise<ProcessorClock> {
  const postmaster = (await statOf(backendPid))?.parent;
  const kept = new Map<string, number>();
  const msOf = async (name: string): Promise<number> =>
    (kept.get(name) ?? 0) + ((await statOf(pids[name]?.()))?.ownMs ?? 0);
  return {
    async read() {
      const own = await Promise.all(Object.keys(pids).map(async (name) => [name, await msOf(name)] as const));
      return { ...Object.fromEntries(own), postgres: await serverMs(postmaster) };
    },
    async keep(name) {
      kept.set(name, await msOf(name));
    },
  };
}

/** Milliseconds between two readings. */
export function timeBetween(from: ProcessorTime, to: ProcessorTime): ProcessorTime {
  return Object.fromEntries(Object.entries(to).map(([name, ms]) => [name, ms - (from[name] ?? 0)]));
}

/** A server with its children, those that have ended included. */
async function serverMs(pid: number | undefined): Promise<number> {
  const pids = (await readdir('/proc')).map(Number).filter((id) => id > 0);
  let sum = 0;
  for (const one of await Promise.all(pids.map((id) => statOf(id)))) {
    if (one?.pid === pid) sum += (one?.ownMs ?? 0) + (one?.endedMs ?? 0);
    else if (one?.parent === pid) sum += one?.ownMs ?? 0;
  }
  return sum;
}

interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  readonly ownMs: number;
  /** Of children that have ended. */
  readonly endedMs: number;
}

const tickMs = 10;

/** `undefined` for a process that is not there. */
async function statOf(pid: number | undefined): Promise<ProcessStat | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined || pid === undefined) return undefined;
  // After the name in brackets, which may hold anything: the parent is the second, the times the 12th to the 15th.
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [, parent = 0] = fields;
  const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11, 15);
  return { pid, parent, ownMs: (user + system) * tickMs, endedMs: (endedUser + endedSystem) * tickMs };
}
