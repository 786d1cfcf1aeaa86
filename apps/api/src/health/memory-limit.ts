import { readFile } from 'node:fs/promises';
import { totalmem } from 'node:os';

/** Where a container's kernel says what it may use: version 2, then version 1. */
const defaultPaths = [
  { limit: '/sys/fs/cgroup/memory.max', used: '/sys/fs/cgroup/memory.current' },
  {
    limit: '/sys/fs/cgroup/memory/memory.limit_in_bytes',
    used: '/sys/fs/cgroup/memory/memory.usage_in_bytes',
  },
] as const;

/** What memory there is and how much of it is taken. */
export interface MemoryUse {
  readonly limitBytes: number;
  /** By everything in this container, or by this process where there is no container. */
  readonly usedBytes: number;
  readonly isContainer: boolean;
}

/** Reads the container's limit; without one, the machine's memory and this process's part of it. */
export async function readMemoryUse(
  paths: readonly { readonly limit: string; readonly used: string }[] = defaultPaths,
): Promise<MemoryUse> {
  for (const { limit, used } of paths) {
    const [limitBytes, usedBytes] = await Promise.all([readNumber(limit), readNumber(used)]);
    // Version 1 writes a number larger than any machine for "no limit".
    if (limitBytes !== undefined && usedBytes !== undefined && limitBytes < totalmem()) {
      return { limitBytes, usedBytes, isContainer: true };
    }
  }
  return { limitBytes: totalmem(), usedBytes: process.memoryUsage.rss(), isContainer: false };
}

/** `undefined` for a file that is not there or that says `max`. */
async function readNumber(path: string): Promise<number | undefined> {
  try {
    const value = Number((await readFile(path, 'utf8')).trim());
    return Number.isFinite(value) ? value : undefined;
  } catch {
    // Another version of the kernel, or no Linux.
    return undefined;
  }
}
