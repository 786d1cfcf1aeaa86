import { dependenciesOf } from './graph.ts';
import type { AnyPlugin } from './plugin.ts';

/** How far one plugin got. */
export interface BootRecord {
  readonly state: 'waiting' | 'starting' | 'ready' | 'fallback' | 'failed';
  /** Milliseconds between the plugin's own start and its end; 0 before. */
  readonly tookMs: number;
  /** Kernel-clock time at which the plugin became usable; orders siblings and picks the parent. */
  readonly readyAtMs: number;
  /** Why the plugin failed or was replaced. */
  readonly reason?: string;
}

/**
 * Draws the boot as text, a line per plugin with its milliseconds. A plugin hangs below the dependency that
 * was ready last, the one it really waited for, so the deepest slow branch is what made the boot slow.
 */
export function drawBootTree(
  plugins: readonly AnyPlugin[],
  records: ReadonlyMap<AnyPlugin, BootRecord>,
  tookMs: number,
): string {
  const children = new Map<AnyPlugin | undefined, AnyPlugin[]>();
  for (const plugin of plugins) {
    const parent = waitedFor(plugin, records);
    children.set(parent, [...(children.get(parent) ?? []), plugin]);
  }
  const lines = [`boot ${Math.round(tookMs)} ms`];
  drawBranch(undefined, '', children, records, lines);
  return lines.join('\n');
}

function waitedFor(plugin: AnyPlugin, records: ReadonlyMap<AnyPlugin, BootRecord>): AnyPlugin | undefined {
  let last: AnyPlugin | undefined;
  for (const needed of dependenciesOf(plugin)) {
    if (last === undefined || readyAt(needed, records) > readyAt(last, records)) last = needed;
  }
  return last;
}

function readyAt(plugin: AnyPlugin, records: ReadonlyMap<AnyPlugin, BootRecord>): number {
  return records.get(plugin)?.readyAtMs ?? 0;
}

function drawBranch(
  parent: AnyPlugin | undefined,
  indent: string,
  children: ReadonlyMap<AnyPlugin | undefined, readonly AnyPlugin[]>,
  records: ReadonlyMap<AnyPlugin, BootRecord>,
  lines: string[],
): void {
  const branch = children.get(parent) ?? [];
  for (const [index, plugin] of branch.entries()) {
    const isLast = index === branch.length - 1;
    lines.push(`${indent}${isLast ? '└─' : '├─'} ${plugin.name} ${describe(records.get(plugin))}`);
    drawBranch(plugin, `${indent}${isLast ? '   ' : '│  '}`, children, records, lines);
  }
}

function describe(record: BootRecord | undefined): string {
  if (record === undefined || record.state === 'waiting') return 'not started';
  if (record.state === 'starting') return 'starting';
  const took = `${Math.round(record.tookMs)} ms`;
  if (record.state === 'ready') return took;
  return `${took} ${record.state}: ${record.reason ?? 'no reason given'}`;
}
