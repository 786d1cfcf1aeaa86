import { createDatabase } from '@zaphub/db';
import {
  cloudAccountOf,
  createTemplatesHandler,
  createWebhookHandler,
  ledgerConnectionString,
  type ProgressPublisher,
  storeInbound,
  tellSessionNews,
} from '@zaphub/features';
import { type AnyPlugin, definePlugin, type Plugin } from '@zaphub/kernel';
import { cloudWebhooks, wuzapiWebhooks } from '@zaphub/providers';
import { jobs, type Queues } from '@zaphub/queues';
import type { Logger } from '@zaphub/telemetry';
import type { WorkerConfig } from '../config.ts';
import type { Providers } from './define-providers.ts';

type Parts = {
  readonly queues: Plugin<Queues>;
  readonly providers: Plugin<Providers>;
  readonly progress: Plugin<ProgressPublisher>;
};

/** Connections of their own: a flood of webhooks does not keep a lane waiting. */
const maxConnections = 6;

/** Works on the webhooks that the api has stored, and reads the templates of networks when somebody asks. */
export function defineWebhookWork(
  parts: Parts,
  { config, logger }: { readonly config: WorkerConfig; readonly logger: Logger },
): AnyPlugin {
  return definePlugin<undefined, Parts>({
    name: 'webhook-work',
    dependsOn: parts,
    start: async ({ queues, providers, progress }) => {
      const db = createDatabase({
        connectionString: ledgerConnectionString(config.databaseUrl),
        applicationName: 'zaphub-webhooks',
        maxConnections,
        onConnectionLost: (error) => logger.warn('a database connection was lost', { error }),
      });
      const deps = {
        db,
        queues,
        logger,
        storeInbound,
        takeSessionNews: tellSessionNews,
        sources: [cloudWebhooks, wuzapiWebhooks],
        onProgress: (campaign: { readonly id: string; readonly tenantId: string }) =>
          progress.changed(campaign),
      };
      const started = await Promise.all([
        queues.consume(jobs['message.status'], createWebhookHandler(deps, 'status')),
        queues.consume(jobs['message.receive'], createWebhookHandler(deps, 'receive')),
        queues.consume(
          jobs['templates.sync'],
          createTemplatesHandler({
            db,
            graph: providers.cloudApi.graph,
            accountFor: async (id) => cloudAccountOf(await providers.accounts.find(id)),
          }),
        ),
      ]);
      return {
        api: undefined,
        close: async ({ remainingMs }) => {
          await Promise.all(started.map((consumer) => consumer.close({ deadlineMs: remainingMs / 2 })));
          await db.close();
        },
      };
    },
  });
}
