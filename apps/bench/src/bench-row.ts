/** One measured line of a benchmark. */
export interface BenchRow {
  bench: string;
  row: string;
  unit: string;
  /** Median of our rounds. */
  ours: number;
  /** Medians of what it is compared with, by name. */
  peers: Readonly<Record<string, number>>;
  /** What the goal judges: ours against the peer that the row names, or against the goal's own number. */
  ratio: number | null;
  /** In words, such as `>= 0.6 x copy`. */
  goal: string;
  ok: boolean;
  /** Printed under the row. */
  notes?: readonly string[];
}

/** How a benchmark is asked to run. */
export interface BenchOptions {
  /** Size of the main case; each bench has its own default. */
  rows: number | undefined;
  /** Rounds of each comparison, interleaved; default 5. */
  rounds: number;
  /** A part of the bench, by name; all of it when `undefined`. */
  only?: string | undefined;
  /** How many connections are opened; each bench has its own default. */
  connections?: number | undefined;
  /** How long the memory is watched; each bench has its own default. */
  minutes?: number | undefined;
  /** Says what is being measured, on standard error. */
  tell: (line: string) => void;
}

/** A benchmark hands out each row as soon as it is measured. */
export type Bench = (options: BenchOptions) => AsyncIterable<BenchRow>;

/** The row as a line for people, its notes below. */
export function formatRow(row: BenchRow): string {
  const peers = Object.entries(row.peers).map(([name, value]) => `${name} ${formatNumber(value)}`);
  const ratio = row.ratio === null ? '' : `ratio ${row.ratio.toFixed(2)}`;
  const line = [
    row.ok ? 'ok  ' : 'MISS',
    row.row.padEnd(34),
    `${formatNumber(row.ours)} ${row.unit}`.padEnd(16),
    peers.join(', ').padEnd(44),
    ratio.padEnd(11),
    `goal ${row.goal}`,
  ].join('  ');
  return [line, ...(row.notes ?? []).map((note) => `      ${note}`)].join('\n');
}

function formatNumber(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: value < 100 ? 2 : 0 });
}
