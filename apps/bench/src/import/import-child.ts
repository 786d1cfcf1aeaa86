import process from 'node:process';
import { createDatabase } from '@zaphub/db';
import { tuneHeap } from '@zaphub/kernel';
import type { ImportOrder } from './import-worker.ts';
import { runToTheEnd } from './our-import.ts';

tuneHeap().settle();
const db = createDatabase({ connectionString: process.argv[2] ?? '' });
process.on('message', ({ tenantId, importId, rows }: ImportOrder) => {
  runToTheEnd(db, tenantId, importId, rows).then(
    () => process.send?.('done'),
    (error: unknown) => process.send?.(String(error)),
  );
});
process.once('disconnect', () => process.exit());
process.send?.('ready');
