import type { Database } from '@zaphub/db';
import { systemScope } from '@zaphub/db';
import { storeInbound } from '@zaphub/features';
import { type AnyPlugin, definePlugin, type Plugin } from '@zaphub/kernel';
import type { Inbound } from '@zaphub/providers';
import type { Providers } from './define-providers.ts';

type Parts = { readonly database: Plugin<Database>; readonly providers: Plugin<Providers> };

/** Stores what people send on numbers that tell us themselves; those with webhooks go by way of the inbox. */
export function defineInbound(parts: Parts): AnyPlugin {
  return definePlugin<undefined, Parts>({
    name: 'inbound',
    dependsOn: parts,
    start: ({ database, providers }) => {
      const take = (batch: readonly Inbound[]): Promise<void> => storeBatch(database, providers, batch);
      const stops = [...providers.all.values()].flatMap((provider) => provider.onInbound?.(take) ?? []);
      return { api: undefined, close: async () => void (await Promise.all(stops.map((stop) => stop()))) };
    },
  });
}

/** What came to a connection that was deleted meanwhile is nobody's. */
async function storeBatch(db: Database, { accounts }: Providers, batch: readonly Inbound[]): Promise<void> {
  const byTenant = new Map<string, Inbound[]>();
  for (const one of batch) {
    const account = await accounts.find(one.connectionId);
    if (account === undefined) continue;
    const same = byTenant.get(account.tenantId);
    if (same === undefined) byTenant.set(account.tenantId, [one]);
    else same.push(one);
  }
  for (const [tenantId, inbound] of byTenant) {
    const scope = systemScope(tenantId);
    await db.tenant(scope, (tx) => storeInbound(tx, scope, inbound));
  }
}
