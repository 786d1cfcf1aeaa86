import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { z } from 'zod';
import type { Bench, BenchOptions, BenchRow } from '../bench-row.ts';
import { hammer, type Hammered } from '../hammer.ts';
import { cpuMsOf, type HttpChild, startHttpChild } from '../http-child.ts';
import { median, medianRounds } from '../rounds.ts';
import { type ApiStage, maxConnections, openApiStage } from './stage.ts';

const bare = join(import.meta.dirname, 'bare-child.ts');
const emptyKernel = join(import.meta.dirname, '../../../api/src/bench/empty-server.ts');
const nextPage = z.object({ next_cursor: z.string() });
const connections = 200;
const seconds = 2;

/**
 * Simple reads of a signed-in person over 200 connections while a campaign goes out, beside the same statements on a
 * bare Express 5 with as many database connections; and the kernel without a plugin beside Express alone.
 */
export const apiBench: Bench = async function* (options) {
  if (options.only === undefined || options.only === 'kernel') yield await compareKernel(options);
  if (options.only === undefined || options.only === 'reads') yield* compareReads(options);
};

async function compareKernel({ rounds, tell }: BenchOptions): Promise<BenchRow> {
  const children = [await startHttpChild(emptyKernel, []), await startHttpChild(bare, ['select'])] as const;
  try {
    const [ours, express] = children;
    const ask = async (name: string, child: HttpChild): Promise<number> => {
      tell(name);
      return (await hammer({ url: `${child.url}/hello`, connections: 50, seconds: 1 })).perSecond;
    };
    const rates = await medianRounds(
      { ours: () => ask('the kernel alone', ours), express: () => ask('Express alone', express) },
      rounds,
    );
    const ratio = rates.ours / rates.express;
    return {
      bench: 'api',
      row: 'kernel without a plugin',
      unit: 'req/s',
      ours: rates.ours,
      peers: { express: rates.express },
      ratio,
      goal: '>= 0.9 x express',
      ok: ratio >= 0.9,
    };
  } finally {
    await Promise.all(children.map((child) => child.close()));
  }
}

async function* compareReads({ rounds, tell }: BenchOptions): AsyncGenerator<BenchRow> {
  const stage = await openApiStage();
  const peers: HttpChild[] = [];
  try {
    const startPeer = async (kind: string, connectionString: string): Promise<HttpChild> => {
      const child = await startHttpChild(bare, [kind, stage.tenantId, stage.ownerId], {
        DATABASE_URL: connectionString,
        DATABASE_MAX_CONNECTIONS: String(maxConnections),
      });
      peers.push(child);
      return child;
    };
    const sameSql = await startPeer('transaction', stage.stage.urls.api);
    const select = await startPeer('select', stage.stage.urls.system);
    for (const path of ['/tenant', '/contacts?limit=50']) {
      yield* compareRead({ path, stage, sameSql, select, rounds, tell });
    }
    yield await askForPages(stage, { rounds, tell });
  } finally {
    await Promise.all(peers.map((child) => child.close()));
    await stage.close();
  }
}

/** Reads that are alike are done together by the api; here every connection reads a page of its own. */
async function askForPages(
  stage: ApiStage,
  { rounds, tell }: Pick<BenchOptions, 'rounds' | 'tell'>,
): Promise<BenchRow> {
  const headers = { authorization: `Bearer ${stage.token}` };
  const paths: string[] = [];
  for (let cursor = ''; paths.length < connections;) {
    const path = `/api/v1/contacts?limit=50${cursor}`;
    const response = await fetch(stage.apiUrl + path, { headers });
    const { next_cursor: next } = nextPage.parse(await response.json());
    paths.push(path);
    cursor = `&cursor=${encodeURIComponent(next)}`;
  }
  const p95: number[] = [];
  const { ours } = await medianRounds(
    {
      async ours() {
        tell('/contacts?limit=50, a page each');
        const result = await hammer({ url: stage.apiUrl, connections, seconds, headers, paths });
        p95.push(result.p95Ms);
        return result.perSecond;
      },
    },
    rounds,
  );
  const p95Ms = median(p95.slice(1));
  return {
    bench: 'api',
    row: 'GET /contacts?limit=50, a page each, p95',
    unit: 'ms',
    ours: p95Ms,
    peers: {},
    ratio: null,
    goal: 'told',
    ok: true,
    notes: [`${ours.toFixed(0)} requests a second`],
  };
}

interface ReadCase extends Pick<BenchOptions, 'rounds' | 'tell'> {
  readonly path: string;
  readonly stage: ApiStage;
  readonly sameSql: HttpChild;
  readonly select: HttpChild;
}

async function* compareRead(read: ReadCase): AsyncGenerator<BenchRow> {
  const { path, stage, rounds } = read;
  const seen = new Map<string, (Hammered & { cpuMs: number })[]>();
  const ask = async (name: string, url: string, server: ChildProcess): Promise<number> => {
    read.tell(`${path}, ${name}`);
    const headers = { authorization: `Bearer ${stage.token}` };
    const before = await cpuMsOf(server);
    const result = await hammer({ url: url + path, connections, seconds, headers });
    const cpuMs = ((await cpuMsOf(server)) - before) / result.replies;
    seen.set(name, [...(seen.get(name) ?? []), { ...result, cpuMs }]);
    return result.perSecond;
  };
  const rates = await medianRounds(
    {
      ours: () => ask('ours', `${stage.apiUrl}/api/v1`, stage.apiProcess),
      sameSql: () => ask('same SQL', read.sameSql.url, read.sameSql.process),
      select: () => ask('one select', read.select.url, read.select.process),
    },
    rounds,
  );
  const left = await stage.left();
  if (left === 0) throw new Error('the campaign was over before the measurement');
  // The first of each was the warm-up.
  const middle = (name: string, of: 'p95Ms' | 'cpuMs'): number =>
    median((seen.get(name) ?? []).slice(1).map((each) => each[of]));
  const notes = [...seen.keys()].map(
    (name) => `${name}: ${middle(name, 'cpuMs').toFixed(2)} ms of processor a request, without Postgres`,
  );
  const ratio = rates.ours / rates.sameSql;
  yield {
    bench: 'api',
    row: `GET ${path}`,
    unit: 'req/s',
    ours: rates.ours,
    peers: { express_same_sql: rates.sameSql, express_one_select: rates.select },
    ratio,
    goal: '>= 0.6 x express, same SQL',
    ok: ratio >= 0.6,
    notes,
  };
  yield {
    bench: 'api',
    row: `GET ${path}, p95`,
    unit: 'ms',
    ours: middle('ours', 'p95Ms'),
    peers: {
      express_same_sql: middle('same SQL', 'p95Ms'),
      express_one_select: middle('one select', 'p95Ms'),
    },
    ratio: middle('ours', 'p95Ms') / middle('same SQL', 'p95Ms'),
    goal: '< 100 ms',
    ok: middle('ours', 'p95Ms') < 100,
  };
}
