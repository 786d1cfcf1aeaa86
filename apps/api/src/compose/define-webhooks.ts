import type { Database } from '@zaphub/db';
import {
  createConnectionAccounts,
  createWebhookDoor,
  createWebhookStore,
  type WebhookAnswer,
  type WebhookRequest,
} from '@zaphub/features';
import { definePlugin, type Plugin } from '@zaphub/kernel';
import { cloudWebhooks, wuzapiWebhooks } from '@zaphub/providers';
import type { Logger } from '@zaphub/telemetry';
import type { ApiConfig } from '../config.ts';

/** Where the webhooks of networks are taken. */
export interface Webhooks {
  readonly door: (request: WebhookRequest) => Promise<WebhookAnswer>;
}

/** Remembers whose secrets open which address, and stores what is genuine in batches. */
export function defineWebhooks(
  parts: { readonly database: Plugin<Database> },
  config: Pick<ApiConfig, 'credentials'>,
  logger: Logger,
): Plugin<Webhooks> {
  return definePlugin<Webhooks, { database: Plugin<Database> }>({
    name: 'webhooks',
    dependsOn: parts,
    start: async ({ database: db }) => {
      const accounts = await createConnectionAccounts({ db, keys: config.credentials });
      const store = createWebhookStore({ db, logger });
      return {
        api: { door: createWebhookDoor({ accounts, store, sources: [cloudWebhooks, wuzapiWebhooks] }) },
        close: async () => {
          await store.close();
          await accounts.close();
        },
      };
    },
  });
}
