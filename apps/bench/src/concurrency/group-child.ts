import { once } from 'node:events';
import process from 'node:process';
import { medianRounds, rate } from '../rounds.ts';
import { bytesPerOperation } from './allocated-bytes.ts';
import type { Comparison } from './comparison.ts';
import { groups } from './groups.ts';
import type { GroupOrder, Measured } from './measure-group.ts';

// What measure-group.ts sends.
const [order] = (await once(process, 'message')) as [GroupOrder];
for (const comparison of await groups[order.group]()) {
  if (order.only !== undefined && !comparison.row.includes(order.only)) continue;
  const { row, goals, note } = comparison;
  const figures = await measure(comparison);
  const measured: Measured = { row, goals, ...(note === undefined ? {} : { note }), figures };
  process.send?.(measured);
}
// Peers leave timers and pools behind that would keep the process alive.
process.disconnect();
process.exit(0);

function measure(comparison: Comparison): Promise<Record<string, number>> {
  const operations = { ours: comparison.ours, ...comparison.peers };
  const cases = Object.entries(operations).map(([name, operation]) => {
    const count = comparison.peerCounts?.[name] ?? comparison.count;
    const run =
      order.what === 'bytes'
        ? () => bytesPerOperation(operation, count)
        : async () => {
            // What the case before left behind is collected on nobody's time.
            globalThis.gc?.({ type: 'minor' });
            return rate(count, () => operation(count));
          };
    return [name, run] as const;
  });
  return medianRounds(Object.fromEntries(cases), order.rounds * (comparison.roundsFactor ?? 1));
}
