import { once } from 'node:events';
import process from 'node:process';
import { rate } from '../rounds.ts';
import { parsers } from './parsers.ts';
import type { ParsingOrder } from './parsing.ts';

// What parsing.ts sends.
const [order] = (await once(process, 'message')) as [ParsingOrder];
const count = parsers[order.parser];
const checked = async (): Promise<void> => {
  const found = await count(order.path);
  if (found !== order.rows) throw new Error(`${order.parser} found ${found} of ${order.rows} rows`);
};
await checked(); // warm: an import of this size spends its time in compiled code
const perSecond = await rate(order.rows, checked);
process.send?.(perSecond, () => process.disconnect());
