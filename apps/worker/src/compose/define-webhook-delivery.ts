import type { Database } from '@zaphub/db';
import { createDeliveryHandler, type Failpoints, startEventMaker } from '@zaphub/features';
import { type AnyPlugin, definePlugin, type Plugin } from '@zaphub/kernel';
import { jobs, type Queues } from '@zaphub/queues';
import type { Logger } from '@zaphub/telemetry';
import type { WorkerConfig } from '../config.ts';

type Parts = { readonly database: Plugin<Database>; readonly queues: Plugin<Queues> };

/** Tells tenants' own systems of what happens: makes events of what is noted, and delivers them. */
export function defineWebhookDelivery(
  parts: Parts,
  {
    config,
    logger,
    failpoints,
  }: { readonly config: WorkerConfig; readonly logger: Logger; readonly failpoints: Failpoints },
): AnyPlugin {
  return definePlugin<undefined, Parts>({
    name: 'webhook-delivery',
    dependsOn: parts,
    start: async ({ database, queues }) => {
      const maker = await startEventMaker({ db: database, logger });
      const consumer = await queues.consume(
        jobs['webhook.delivery'],
        createDeliveryHandler({
          db: database,
          credentials: config.credentials,
          rules: { allowsPrivate: config.allowsPrivateWebhooks },
          failpoints,
        }),
      );
      return {
        api: undefined,
        close: async ({ remainingMs }) => {
          await Promise.all([maker.close(), consumer.close({ deadlineMs: remainingMs / 2 })]);
        },
      };
    },
  });
}
