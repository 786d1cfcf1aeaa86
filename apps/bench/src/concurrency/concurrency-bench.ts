import type { BenchOptions, BenchRow } from '../bench-row.ts';
import { groupNames } from './groups.ts';
import { measureGroup, type Measured } from './measure-group.ts';

/**
 * `bench concurrency`: each primitive beside its peers, a group at a time, operations a second and bytes allocated
 * an operation. `--only` takes the name of a group or a part of a row's name.
 */
export async function* concurrencyBench({ rounds, only, tell }: BenchOptions): AsyncGenerator<BenchRow> {
  const isGroup = groupNames.some((name) => name === only);
  for (const group of groupNames) {
    if (isGroup && group !== only) continue;
    const order = { group, rounds, only: isGroup ? undefined : only };
    const bytes = new Map<string, Readonly<Record<string, number>>>();
    tell(`${group}: bytes`);
    for await (const measured of measureGroup({ ...order, what: 'bytes' })) {
      bytes.set(measured.row, measured.figures);
    }
    tell(`${group}: rates`);
    for await (const measured of measureGroup({ ...order, what: 'rate' })) {
      yield* toRows(measured, bytes.get(measured.row) ?? {});
    }
  }
}

/** One row for each goal; the first carries the notes. */
function toRows(measured: Measured, bytes: Readonly<Record<string, number>>): BenchRow[] {
  const { ours = Number.NaN, ...rates } = measured.figures;
  const peers = Object.fromEntries(Object.entries(rates).map(([name, value]) => [name, Math.round(value)]));
  const allocated = Object.entries(bytes).map(([name, value]) => `${name} ${Math.round(value)}`);
  const notes = [`bytes allocated: ${allocated.join(', ')}`];
  if (measured.note !== undefined) notes.push(measured.note);
  const common = {
    bench: 'concurrency',
    row: measured.row,
    unit: measured.byProcessorTime === true ? 'op/cpu-s' : 'op/s',
    ours: Math.round(ours),
    peers,
  };
  if (measured.goals.length === 0) return [{ ...common, ratio: null, goal: 'none', ok: true, notes }];
  return measured.goals.map(({ peer, ratio: goal }, index) => {
    const ratio = ours / (rates[peer] ?? Number.NaN);
    return {
      ...common,
      ratio: Math.round(ratio * 100) / 100,
      goal: `>= ${goal} x ${peer}`,
      ok: ratio >= goal,
      ...(index === 0 ? { notes } : {}),
    };
  });
}
