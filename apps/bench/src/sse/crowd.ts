import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { z } from 'zod';
import { end, hear } from './ask.ts';

/** Many readers in processes of their own. */
export interface Crowd {
  readonly size: number;
  readonly connectMs: number;
  /**
   * Sends a marked event and waits until everybody has it.
   * @returns for each reader the milliseconds from the sending, ascending
   */
  tell(mark: string, send: () => Promise<void> | void): Promise<number[]>;
  close(): Promise<void>;
}

export interface CrowdOptions {
  readonly url: string;
  readonly path: string;
  readonly size: number;
  /** Access tokens, used in turn; none for a server that asks for none. */
  readonly tokens: readonly string[];
}

/** A process may hold 20,000 descriptors here, and an address about 28,000 ports. */
const readersPerProcess = 10_000;
const tellTimeoutMs = 60_000;

/** Connects everybody; each process has a loopback address of its own. */
export async function gather({ url, path, size, tokens }: CrowdOptions): Promise<Crowd> {
  const processes = Math.ceil(size / readersPerProcess);
  const children: ChildProcess[] = [];
  const start = performance.now();
  for (let i = 0; i < processes; i++) {
    const child = fork(join(import.meta.dirname, 'clients-child.ts'));
    children.push(child);
    const failed = hear(child, 'failed').then((reason) => Promise.reject(new Error(String(reason))));
    failed.catch(() => undefined);
    const open = Math.floor(size / processes) + (i < size % processes ? 1 : 0);
    child.send({ open, port: Number(new URL(url).port), localAddress: `127.0.0.${2 + i}`, path, tokens });
    await Promise.race([hear(child, 'opened'), failed]);
  }
  const connectMs = performance.now() - start;
  return {
    size,
    connectMs,
    async tell(mark, send) {
      await Promise.all(
        children.map((child) => {
          const armed = hear(child, 'armed');
          child.send({ expect: mark });
          return armed;
        }),
      );
      const arrived = Promise.all(children.map((child) => hear(child, 'arrivals')));
      const sentAt = performance.timeOrigin + performance.now();
      await send();
      const late = AbortSignal.timeout(tellTimeoutMs);
      const all = await Promise.race([
        arrived,
        new Promise<never>((_resolve, reject) =>
          late.addEventListener('abort', () => reject(new Error(`not everybody got ${mark} in time`))),
        ),
      ]);
      return z
        .array(z.array(z.number()))
        .parse(all)
        .flat()
        .map((at) => at - sentAt)
        .toSorted((a, b) => a - b);
    },
    async close() {
      for (const child of children) await end(child);
    },
  };
}
