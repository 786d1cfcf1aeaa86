import { once } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import process from 'node:process';
import { createDatabase } from '@zaphub/db';
import { tuneHeap } from '@zaphub/kernel';
import type { Footprint, FootprintOrder } from './footprint.ts';
import { runToTheEnd } from './our-import.ts';

// V8's own measure of garbage grows with whatever a process lives through: a worker limits it, so this does.
tuneHeap().settle();
// What footprint.ts sends.
const [order] = (await once(process, 'message')) as [FootprintOrder];
const db = createDatabase({ connectionString: order.connectionString });
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
await runToTheEnd(db, order.tenantId, order.importId, order.rows);
delay.disable();
const footprint: Footprint = {
  peakMegabytes: process.resourceUsage().maxRSS / 1024,
  delayP99Ms: delay.percentile(99) / 1e6,
};
await db.close();
process.send?.(footprint, () => process.disconnect());
