import type { BenchRow } from '../bench-row.ts';

/** A goal against one of the peers; `most` for what should be small. */
export interface Goal {
  readonly peer: string;
  readonly least?: number;
  readonly most?: number;
}

/** One row beside its peers, judged against the first goal's peer. */
export function comparedRow(
  row: string,
  unit: string,
  ours: number,
  peers: Readonly<Record<string, number>>,
  goal?: Goal,
): BenchRow {
  const ratio = goal === undefined ? null : ours / (peers[goal.peer] ?? Number.NaN);
  const [least, most] = [goal?.least ?? 0, goal?.most ?? Number.POSITIVE_INFINITY];
  return {
    bench: 'cache',
    row,
    unit,
    ours,
    peers,
    ratio,
    goal: goal === undefined ? 'none' : describeGoal(goal),
    ok: ratio === null || (ratio >= least && ratio <= most),
  };
}

function describeGoal({ peer, least, most }: Goal): string {
  return least === undefined ? `<= ${most} x ${peer}` : `>= ${least} x ${peer}`;
}
