import { once } from 'node:events';
import process from 'node:process';
import { rate } from '../rounds.ts';
import { parsers } from './parsers.ts';
import type { ParsingOrder } from './parsing.ts';

const passes = 4;

// What parsing.ts sends.
const [order] = (await once(process, 'message')) as [ParsingOrder];
const count = parsers[order.parser];
const checked = async (): Promise<void> => {
  const found = await count(order.path);
  if (found !== order.rows) throw new Error(`${order.parser} found ${found} of ${order.rows} rows`);
};
// The engine takes some passes until all of a parser runs as compiled code; what is asked here is how fast it
// streams a large file, so every parser gets the same time to get there.
for (let pass = 0; pass < passes; pass++) await checked();
const perSecond = await rate(order.rows * passes, async () => {
  for (let pass = 0; pass < passes; pass++) await checked();
});
process.send?.(perSecond, () => process.disconnect());
