import { randomUUID } from 'node:crypto';
import { appendFileSync, closeSync, mkdirSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { jsonOf } from '../json-of.ts';
import { simulatorAction, type SimulatorAction } from './scenario.ts';

/** The file of what happened to the network, inside the journal's folder. */
const actionFile = 'actions.log';
const pollMs = 100;
const chunkBytes = 64 * 1024;

const line = z.object({ id: z.string(), atMs: z.number(), action: simulatorAction.optional() });

/** Which action it is, and whether this process is the one that performs it. */
export interface ActionNote {
  readonly id: string;
  readonly atMs: number;
  readonly isOurs: boolean;
}

/** What happened to a network, in one order for every process that names its folder. */
export interface ActionLog {
  /** When the network was first opened with a log, in milliseconds since 1970. */
  readonly startedAtMs: number;
  /** Performs an action here at once, and in the other processes within a tenth of a second; a second time does nothing. */
  perform(action: SimulatorAction, id?: string): void;
  close(): void;
}

/** Opens the log, takes in what is in it, and goes on listening for what other processes write. */
export function openActionLog(
  dir: string,
  onAction: (action: SimulatorAction, note: ActionNote) => void,
): ActionLog {
  mkdirSync(dir, { recursive: true });
  const path = join(dir, actionFile);
  const known = new Set<string>();
  let offset = 0;
  let startedAtMs = Number.POSITIVE_INFINITY;

  const take = (text: string, isOurs: boolean): void => {
    const read = line.safeParse(jsonOf(text));
    if (!read.success || known.has(read.data.id)) return;
    const { id, atMs, action } = read.data;
    known.add(id);
    if (action === undefined) startedAtMs = Math.min(startedAtMs, atMs);
    else onAction(action, { id, atMs, isOurs });
  };
  const listen = (): void => {
    for (const text of newLines(path, offset, (next) => (offset = next))) take(text, false);
  };
  const write = (id: string, action?: SimulatorAction): void => {
    const text = JSON.stringify({ id, atMs: Date.now(), ...(action === undefined ? {} : { action }) });
    appendFileSync(path, `${text}\n`, { mode: 0o600 });
    take(text, true);
  };

  listen();
  if (startedAtMs === Number.POSITIVE_INFINITY) write(`start:${randomUUID()}`);
  const timer = setInterval(listen, pollMs);
  timer.unref();
  return {
    get startedAtMs() {
      return startedAtMs;
    },
    perform(action, id = randomUUID()) {
      if (!known.has(id)) write(id, action);
    },
    close: () => clearInterval(timer),
  };
}

/** The whole lines of a file from an offset on; tells where the next reading begins. */
function newLines(path: string, from: number, onOffset: (next: number) => void): string[] {
  const file = openOrNothing(path);
  if (file === undefined) return [];
  try {
    const buffer = Buffer.allocUnsafe(chunkBytes);
    const lines: string[] = [];
    for (let offset = from; ;) {
      const bytes = readSync(file, buffer, 0, chunkBytes, offset);
      const end = buffer.subarray(0, bytes).lastIndexOf(10) + 1;
      if (end === 0) return lines;
      offset += end;
      onOffset(offset);
      lines.push(...buffer.toString('utf8', 0, end - 1).split('\n'));
    }
  } finally {
    closeSync(file);
  }
}

function openOrNothing(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch {
    // Nothing has happened yet.
    return undefined;
  }
}
