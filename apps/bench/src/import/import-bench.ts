import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase } from '@zaphub/db';
import type { BenchOptions, BenchRow } from '../bench-row.ts';
import { openStage } from '../send/stage.ts';
import { writeContactsFile } from './contacts-file.ts';
import { measureFootprint } from './footprint.ts';
import type { Footprint } from './footprint.ts';
import { measureIngest } from './ingest.ts';
import { prepareImport } from './our-import.ts';
import { measureParsing } from './parsing.ts';

/** `bench import`: parsing, end to end against COPY and multi-row INSERT, event loop and memory. */
export async function* importBench({ rows = 200_000, rounds, tell }: BenchOptions): AsyncGenerator<BenchRow> {
  const bench = 'import';
  const directory = await mkdtemp(join(tmpdir(), 'zaphub-bench-'));
  const stage = await openStage();
  const db = createDatabase({ connectionString: stage.urls.system });
  try {
    const { rows: made } = await stage.pool.query<{ id: string }>(
      `select app.create_tenant(gen_random_uuid(), 'bench@example.com', 'Bench', 'BR', 'en', 'America/Sao_Paulo') as id`,
    );
    const tenantId = made[0]?.id ?? '';
    const path = join(directory, 'contacts.csv');
    await writeContactsFile(path, rows);

    tell(`parsing ${rows} rows`);
    const parsing = await measureParsing(path, rows, rounds * 2);
    const parseRatio = parsing.ours / parsing['csv-parse'];
    yield {
      bench,
      row: 'parse, streaming',
      unit: 'rows/s',
      ours: Math.round(parsing.ours),
      peers: { 'csv-parse': Math.round(parsing['csv-parse']), udsv: Math.round(parsing.udsv) },
      ratio: round(parseRatio),
      goal: '>= 5 x csv-parse',
      ok: parseRatio >= 5,
    };

    tell(`importing ${rows} rows`);
    const { pool, urls } = stage;
    const connectionString = urls.system;
    const ingest = await measureIngest({ pool, db, connectionString, tenantId, path, rows, rounds });
    const peers = { copy: Math.round(ingest.copy), 'values-1000': Math.round(ingest['values-1000']) };
    for (const [peer, factor] of [
      ['copy', 0.6],
      ['values-1000', 2.5],
    ] as const) {
      const ratio = ingest.ours / ingest[peer];
      yield {
        bench,
        row: `end to end, against ${peer}`,
        unit: 'rows/s',
        ours: Math.round(ingest.ours),
        peers,
        ratio: round(ratio),
        goal: `>= ${factor} x ${peer}`,
        ok: ratio >= factor,
      };
    }

    const largePath = join(directory, 'large.csv');
    const largeRows = rows * 5;
    await writeContactsFile(largePath, largeRows);
    const weigh = async (file: string, count: number): Promise<Footprint> => {
      tell(`memory and event loop at ${count} rows`);
      await stage.pool.query('truncate contacts, contact_tags cascade');
      const importId = await prepareImport(db, tenantId, file);
      return measureFootprint({ connectionString: stage.urls.system, tenantId, importId, rows: count });
    };
    const small = await weigh(path, rows);
    const large = await weigh(largePath, largeRows);
    yield {
      bench,
      row: `event loop delay p99 at ${largeRows}`,
      unit: 'ms',
      ours: round(large.delayP99Ms),
      peers: { [`at ${rows}`]: round(small.delayP99Ms) },
      ratio: null,
      goal: '<= 20 ms',
      ok: large.delayP99Ms <= 20,
    };
    const growth = large.peakMegabytes / small.peakMegabytes;
    yield {
      bench,
      row: `peak memory at ${largeRows}`,
      unit: 'MB',
      ours: Math.round(large.peakMegabytes),
      peers: { [`at ${rows}`]: Math.round(small.peakMegabytes) },
      ratio: round(growth),
      goal: '<= 1.1 x',
      ok: growth <= 1.1,
    };
  } finally {
    await db.close();
    await stage.close();
    await rm(directory, { recursive: true, force: true });
  }
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
