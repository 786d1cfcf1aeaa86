import { fork } from 'node:child_process';
import { on, once } from 'node:events';
import { join } from 'node:path';
import { allocationFlags } from './allocated-bytes.ts';
import type { Comparison } from './comparison.ts';
import type { GroupName } from './groups.ts';

export interface GroupOrder {
  group: GroupName;
  what: 'bytes' | 'rate';
  rounds: number;
  /** Rows that contain this text; all when `undefined`. */
  only: string | undefined;
}

/** Medians of one comparison by name, `ours` among them: operations a second, or bytes an operation. */
export interface Measured extends Pick<Comparison, 'row' | 'goals' | 'note' | 'byProcessorTime'> {
  figures: Readonly<Record<string, number>>;
}

/** Measures a group in a process of its own, so that no group runs in the heap and the compiled code of another. */
export async function* measureGroup(order: GroupOrder): AsyncGenerator<Measured> {
  const child = fork(join(import.meta.dirname, 'group-child.ts'), {
    stdio: 'inherit',
    execArgv: order.what === 'bytes' ? [...allocationFlags] : ['--expose-gc'],
  });
  const ended = once(child, 'exit');
  child.send(order);
  // What group-child.ts sends.
  for await (const [measured] of on(child, 'message', { close: ['disconnect'] })) yield measured as Measured;
  const [code] = await ended;
  if (code !== 0) throw new Error(`the comparisons of ${order.group} ended with ${code}`);
}
