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
  const { ours: _ours, peers: _peers, ...told } = comparison;
  const measured: Measured = { ...told, figures: await measure(comparison) };
  process.send?.(measured);
}
// Peers leave timers and pools behind that would keep the process alive.
process.disconnect();
process.exit(0);

async function measure(comparison: Comparison): Promise<Record<string, number>> {
  const cases = Object.entries({ ours: comparison.ours, ...comparison.peers }).map(
    ([name, operation]) => [name, operation, comparison.peerCounts?.[name] ?? comparison.count] as const,
  );
  if (order.what === 'rate') {
    const measureRate = comparison.byProcessorTime === true ? processorRate : rate;
    const rates = cases.map(([name, operation, count]) => {
      const run = (): Promise<number> => {
        // What the case before left behind is collected on nobody's time.
        globalThis.gc?.({ type: 'minor' });
        return measureRate(count, () => operation(count));
      };
      return [name, run] as const;
    });
    return medianRounds(Object.fromEntries(rates), order.rounds * (comparison.roundsFactor ?? 1));
  }
  // Hardly varies once code is compiled: once is enough.
  const bytes: Record<string, number> = {};
  for (const [name, operation, count] of cases) bytes[name] = await bytesPerOperation(operation, count);
  return bytes;
}

/** Things done a second of processor time. */
async function processorRate(count: number, run: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return (count * 1e6) / (user + system);
}
