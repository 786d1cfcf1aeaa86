import type { Database } from '@zaphub/db';
import {
  cloudAccountOf,
  type ConnectionAccounts,
  createConnectionAccounts,
  type Failpoints,
} from '@zaphub/features';
import { definePlugin, type Plugin } from '@zaphub/kernel';
import {
  type CloudApi,
  createBaileys,
  createCloudApi,
  createWuzapi,
  type Provider,
  type SessionProvider,
  wuzapiAccountOf,
  type Wuzapi,
} from '@zaphub/providers';
import type { ConnectionProvider } from '@zaphub/types';
import type { WorkerConfig } from '../config.ts';
import { openSimulator } from './open-simulator.ts';

/** The transports of this process, one of each kind. */
export interface Providers {
  readonly all: ReadonlyMap<ConnectionProvider, Provider>;
  /** Those whose numbers must be logged in. */
  readonly sessions: ReadonlyMap<ConnectionProvider, SessionProvider>;
  readonly cloudApi: CloudApi;
  readonly wuzapi: Wuzapi;
  readonly accounts: ConnectionAccounts;
}

/** Opens nothing but the simulator's journal until the first message or session. */
export function defineProviders(
  parts: { readonly database: Plugin<Database> },
  config: WorkerConfig,
  failpoints: Failpoints,
): Plugin<Providers> {
  return definePlugin<Providers, { database: Plugin<Database> }>({
    name: 'providers',
    dependsOn: parts,
    start: async (apis) => {
      const accounts = await createConnectionAccounts({ db: apis.database, keys: config.credentials });
      const { simulator, control } = await openSimulator(
        config.simulator,
        () => void failpoints.hit('after-bytes-written'),
      );
      const cloudApi = createCloudApi(
        { accountFor: async (id) => cloudAccountOf(await accounts.find(id)) },
        {
          maxInFlight: config.cloudApiInFlight,
          ...(config.cloudApiUrl === undefined ? {} : { baseUrl: config.cloudApiUrl }),
        },
      );
      const wuzapi = createWuzapi(
        {
          accountFor: async (id) => {
            const account = await accounts.find(id);
            return account?.provider === 'wuzapi'
              ? wuzapiAccountOf({ ...account.settings, ...account.secrets })
              : undefined;
          },
          webhookUrlFor: (id) => config.webhookUrlFor?.(id),
        },
        config.wuzapiHosts === undefined ? {} : { hosts: config.wuzapiHosts },
      );
      // Against WhatsApp's terms: only where whoever runs the server has switched it on.
      const linked: SessionProvider[] = config.allowsBaileys ? [wuzapi, createBaileys()] : [wuzapi];
      const all = [simulator, cloudApi, ...linked];
      return {
        api: {
          all: new Map(all.map((provider) => [provider.name, provider])),
          // Simulated numbers may be made to log in, so that what people see of it can be tried.
          sessions: new Map([simulator, ...linked].map((provider) => [provider.name, provider])),
          cloudApi,
          wuzapi,
          accounts,
        },
        close: async () => {
          await control?.close();
          await Promise.all(all.map((provider) => provider.close()));
          await accounts.close();
        },
      };
    },
  });
}

/** The transport of a kind of connection; `undefined` for one that this process does not run. */
export function providerOf(providers: Providers, kind: string): Provider | undefined {
  for (const [name, provider] of providers.all) if (name === kind) return provider;
  return undefined;
}
