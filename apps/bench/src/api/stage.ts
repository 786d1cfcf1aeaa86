import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDatabase } from '@zaphub/db';
import { createCampaign, createTemplate, startCampaign } from '@zaphub/features';
import { freePort } from '@zaphub/testing';
import { toPublicId } from '@zaphub/types';
import { fillTenant } from '../bench-tenant.ts';
import { endChild } from '../http-child.ts';
import { jwtSecret, mintToken } from '../mint-token.ts';
import { startProduct, untilReady } from '../product-process.ts';
import { openStage, type Stage } from '../send/stage.ts';

/** The product as it runs: an api process, a worker in the middle of a campaign, and one tenant that asks. */
export interface ApiStage {
  readonly stage: Stage;
  readonly apiUrl: string;
  readonly apiProcess: ChildProcess;
  readonly tenantId: string;
  readonly ownerId: string;
  /** An access token of the tenant's owner. */
  readonly token: string;
  /** Sends a campaign to everybody; resolves when it goes out. */
  sendCampaign(): Promise<void>;
  /** Recipients that the last campaign has not reached yet. */
  left(): Promise<number>;
  close(): Promise<void>;
}

export const maxConnections = 10;
/** As fast as a number of the official network sends by default. */
const messagesPerSecond = 80;
const usualRecipients = 60_000;

/** What the stage is for: how many people, how fast, and whether anything is sent before it is asked for. */
export interface ApiStageOptions {
  readonly recipients?: number;
  /** Messages a second; `null` for as fast as it goes. */
  readonly rate?: number | null;
  /** Nothing goes out until `sendCampaign` is called. */
  readonly isQuiet?: boolean;
}

/** Starts everything and waits until the campaign goes out, unless it is to be quiet. */
export async function openApiStage(options: ApiStageOptions = {}): Promise<ApiStage> {
  const recipients = options.recipients ?? usualRecipients;
  const stage = await openStage();
  const children: ChildProcess[] = [];
  const db = createDatabase({ connectionString: stage.urls.system, statementTimeoutMs: 0 });
  const close = async (): Promise<void> => {
    await Promise.all(children.map(endChild));
    await db.close();
    await stage.close();
  };
  try {
    const ownerId = randomUUID();
    const scope = await fillTenant(db, recipients, ownerId);
    const { tenantId } = scope;
    await stage.pool.query('vacuum analyze contacts');
    const files = join(stage.homeDir, 'files');
    const port = await freePort();
    const apiUrl = `http://127.0.0.1:${port}`;
    const apiProcess = startProduct('api', {
      ZAPHUB_PORT: String(port),
      DATABASE_API_URL: stage.urls.api,
      DATABASE_MAX_CONNECTIONS: String(maxConnections),
      SUPABASE_URL: 'http://127.0.0.1:9',
      SUPABASE_PUBLISHABLE_KEY: 'none',
      SUPABASE_JWT_SECRET: jwtSecret,
      ZAPHUB_FILES_DIR: files,
      // What a plan allows is not what is measured.
      RATE_LIMIT_PER_MINUTE: '1000000',
      RATE_LIMIT_FREE_PER_MINUTE: '1000000',
      RATE_LIMIT_PRO_PER_MINUTE: '1000000',
      RATE_LIMIT_ENTERPRISE_PER_MINUTE: '1000000',
    });
    const worker = startProduct('worker', {
      DATABASE_SYSTEM_URL: stage.urls.system,
      REDIS_URL: '',
      ZAPHUB_FILES_DIR: files,
      SIMULATOR_JOURNAL_DIR: join(stage.homeDir, 'journal'),
      // Between two messages that are measured nothing else is to happen.
      SIMULATOR_RECEIPTS: String(options.isQuiet !== true),
      LOG_LEVEL: 'error',
    });
    children.push(apiProcess, worker);
    await Promise.all([untilReady(`${apiUrl}/readyz`, apiProcess), begins(worker)]);
    const template = await createTemplate({ db }, scope, { name: 'Bench', body: 'Hello {{ name }}.' });
    let campaignId: string | undefined;
    const read = async (): Promise<{ sent: number; left: number }> => {
      const [row] = await db.statement<{ sent: number; left: number }>(
        'bench_left',
        `select done as sent, total - done as left from (select total,
           sent + delivered + read + failed + dlq + skipped + unknown as done
           from campaign_counters where campaign_id = $1) k`,
        [campaignId],
      );
      return row ?? { sent: 0, left: 0 };
    };
    const sendCampaign = async (): Promise<void> => {
      const campaign = await createCampaign({ db }, scope, {
        name: 'Bench',
        template_id: toPublicId('template', template.id),
        audience: { kind: 'all' },
        unknown_policy: 'at_most_once',
        rate_per_second: options.rate === undefined ? messagesPerSecond : options.rate,
      });
      campaignId = campaign.id;
      await startCampaign({ db }, scope, campaign.id);
      const deadline = performance.now() + 120_000;
      while ((await read()).sent === 0) {
        if (performance.now() > deadline) throw new Error('the campaign did not begin to go out');
        await sleep(50);
      }
    };
    if (options.isQuiet !== true) await sendCampaign();
    return {
      stage,
      apiUrl,
      apiProcess,
      tenantId,
      ownerId,
      token: mintToken(ownerId),
      left: async () => (await read()).left,
      sendCampaign,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function begins(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the worker ended with ${String(code)}`);
  });
  await Promise.race([once(child, 'message'), ended]);
  ended.catch(() => undefined);
}
