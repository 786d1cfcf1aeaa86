import { type Database, systemScope } from '@zaphub/db';
import type { Logger } from '@zaphub/telemetry';
import { makeEvents } from './make-events.ts';

/** Told by whatever is rare; what the ledger notes is found by looking. */
const channel = 'zaphub_webhooks';
const tenantsAtOnce = 200;
/** Then the other tenants come. */
const mostRounds = 20;

/** Settings of {@link startEventMaker}. */
export interface EventMakerOptions {
  /** Milliseconds between two looks. Default 500: so long receipts gather, and so late they are. */
  readonly everyMs?: number;
}

/** Makes events of what happens, for as long as it runs. Several share the work. */
export interface EventMaker {
  /** Everything that is noted now; resolves when it is made. */
  runOnce(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Looks regularly, and at once when it is told. A tenant whose facts make trouble does not keep the others from theirs;
 * what failed is there at the next look.
 */
export async function startEventMaker(
  { db, logger }: { readonly db: Database; readonly logger: Logger },
  { everyMs = 500 }: EventMakerOptions = {},
): Promise<EventMaker> {
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let isWanted = false;

  const look = async (): Promise<void> => {
    const tenants = await db.system((tx) =>
      tx.rows<{ id: string }>(
        // Whoever has waited longest first: in any other order some might never come.
        `select tenant_id as id from webhook_facts group by tenant_id order by min(id) limit ${tenantsAtOnce}`,
      ),
    );
    for (const { id } of tenants) {
      if (isClosed) return;
      const scope = systemScope(id);
      try {
        for (let round = 0; round < mostRounds; round++) {
          if (isClosed) return;
          if ((await db.tenant(scope, (tx) => makeEvents(tx, scope))) === 0) break;
        }
      } catch (error) {
        logger.warn('events for webhooks could not be made; the next look tries again', {
          tenant: id,
          error,
        });
      }
    }
  };
  const runOnce = async (): Promise<void> => {
    try {
      await look();
    } catch (error) {
      logger.debug('nobody knows what webhooks are due: the database is away', { error });
    }
  };
  const wake = (): void => {
    isWanted = true;
    if (running !== undefined || isClosed) return;
    clearTimeout(timer);
    isWanted = false;
    running = runOnce().then(() => {
      running = undefined;
      if (isClosed) return undefined;
      timer = setTimeout(wake, isWanted ? 0 : everyMs);
      return undefined;
    });
  };

  const listener = await db.listen(channel, wake, wake);
  wake();
  return {
    runOnce,
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await listener.close();
      await running;
    },
  };
}
