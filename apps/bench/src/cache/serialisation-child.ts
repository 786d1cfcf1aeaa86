import { once } from 'node:events';
import process from 'node:process';
import type { BenchRow } from '../bench-row.ts';
import { createPayloads } from './payloads.ts';
import type { SerialisationOrder } from './serialisation-runs.ts';
import { measurePayload } from './serialisation.ts';

// What serialisation-runs.ts sends.
const [order] = (await once(process, 'message')) as [SerialisationOrder];
const rows: BenchRow[] = [];
for (const payload of createPayloads()) {
  if (payload.name !== order.payload) continue;
  for await (const row of measurePayload(payload, order.rounds)) rows.push(row);
}
process.send?.(rows);
process.disconnect();
