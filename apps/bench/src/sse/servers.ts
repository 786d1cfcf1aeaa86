import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import process, { execPath } from 'node:process';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { jwtSecret, mintToken } from '../mint-token.ts';
import type { Stage } from '../send/stage.ts';
import { end, hear } from './ask.ts';

/** What a process has of the machine. */
export type Usage = z.infer<typeof usageSchema>;

const usageSchema = z.object({ rssBytes: z.number(), cpuUs: z.number() });

/** A server of event streams under measurement, in a process of its own. */
export interface StreamServer {
  readonly url: string;
  readonly path: string;
  readonly tokens: readonly string[];
  /** Has the event told to every reader. */
  cast(mark: string): Promise<void>;
  /** After a collection of garbage, unless asked quickly. */
  usage(how?: 'quick'): Promise<Usage>;
  /** Ends at once, as if killed. */
  close(): Promise<void>;
}

const nodeFlags = ['--expose-gc', '--import', join(import.meta.dirname, 'memory-probe.ts')];
const users = 100;

/** What an event tells: a campaign's progress, as the product sends it. */
function progressOf(mark: string): object {
  const counters = { total: 100_000, open: 60_000, sent: 40_000, delivered: 30_000, read: 9000, failed: 10 };
  return {
    id: `cmp_${mark}`,
    status: 'running',
    counters: { ...counters, dlq: 0, skipped: 3, unknown: 0 },
    rate_per_second: 980.5,
  };
}

/** Streams by `node:http` alone. */
export async function startBareServer(): Promise<StreamServer> {
  const child = spawn(execPath, [...nodeFlags, join(import.meta.dirname, 'bare-server.ts')], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const url = String(await hear(child, 'url'));
  let n = 0;
  return {
    url,
    path: '/',
    tokens: [],
    cast(mark) {
      const data = JSON.stringify({ type: 'campaign.changed', data: progressOf(mark) });
      child.send({ event: `id: 1795274974.${++n}\nevent: campaign.changed\ndata: ${data}\n\n` });
      return Promise.resolve();
    },
    usage: (how) => askUsage(child, how),
    close: () => end(child),
  };
}

/** A tenant with people who watch its events. */
export interface Audience {
  readonly tenantId: string;
  readonly tokens: readonly string[];
  cast(mark: string, topic?: string): Promise<void>;
}

/** Makes a tenant with members, and their access tokens. */
export async function makeAudience(stage: Stage): Promise<Audience> {
  const made = await stage.pool.query<{ id: string }>(
    `select app.create_tenant(gen_random_uuid(), 'owner@example.com', 'Bench', 'BR', 'en', 'America/Sao_Paulo') as id`,
  );
  const tenantId = made.rows[0]?.id ?? '';
  const ids = Array.from({ length: users }, () => randomUUID());
  await stage.pool.query(
    `insert into members (tenant_id, user_id, role, email)
     select $1, id, 'viewer', id || '@example.com' from unnest($2::uuid[]) id`,
    [tenantId, ids],
  );
  return {
    tenantId,
    tokens: ids.map(mintToken),
    async cast(mark, topic = `campaign:${mark}`) {
      const payload = JSON.stringify(progressOf(mark));
      await stage.pool.query(`select app.publish($1, $2, 'campaign.changed', $3)`, [
        tenantId,
        topic,
        payload,
      ]);
    },
  };
}

/** The product's api process as it runs in production, but for its limits, which a bench would exceed. */
export async function startApi(
  stage: Stage,
  audience: Audience,
  env: Readonly<Record<string, string>> = {},
): Promise<StreamServer & { readonly child: ChildProcess }> {
  const main = join(import.meta.dirname, '../../../api/src/main.js');
  const child = spawn(execPath, [...nodeFlags, main], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: {
      ...process.env,
      NODE_ENV: 'production',
      DATABASE_API_URL: stage.urls.api,
      SUPABASE_URL: 'http://127.0.0.1:9',
      SUPABASE_PUBLISHABLE_KEY: 'none',
      SUPABASE_JWT_SECRET: jwtSecret,
      ZAPHUB_FILES_DIR: stage.homeDir,
      ZAPHUB_PORT: '0',
      RATE_LIMIT_PER_MINUTE: '1000000',
      RATE_LIMIT_FREE_PER_MINUTE: '1000000',
      EVENTS_MAX_STREAMS: '20000',
      EVENTS_MAX_STREAMS_PER_TENANT: '20000',
      ...env,
    },
  });
  const url = await listening(child);
  return {
    child,
    url,
    path: '/api/v1/events',
    tokens: audience.tokens,
    cast: (mark) => audience.cast(mark),
    usage: (how) => askUsage(child, how),
    close: () => end(child),
  };
}

async function askUsage(child: ChildProcess, how: 'quick' | 'usage' = 'usage'): Promise<Usage> {
  const answer = hear(child, 'usage');
  child.send(how);
  return usageSchema.parse(await answer);
}

/** The address from the log line that says it; the rest of the log is let go. */
function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the api ended with ${code}`)));
    if (child.stdout === null) throw new Error('the api has no output');
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [, url] = /"url":"(http:[^"]+)"/.exec(line) ?? [];
      if (url !== undefined) resolve(url);
    });
  });
}
