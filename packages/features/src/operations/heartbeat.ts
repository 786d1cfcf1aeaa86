import type { Database } from '@zaphub/db';
import type { Logger } from '@zaphub/telemetry';

/** What a worker says of itself. */
export interface WorkerSelf {
  /** Names the process: `host:pid`. */
  readonly owner: string;
  /** What it does, in words: names of queues, `connections`. */
  readonly roles: readonly string[];
  readonly version: string;
  /** Where its queues are. */
  readonly backend: 'postgres' | 'redis';
}

/** Settings of {@link startHeartbeat}. */
export interface HeartbeatOptions {
  /** Milliseconds between two beats. Default 5000. */
  readonly everyMs?: number;
  /** Read at each beat: what is worth seeing beside it. */
  readonly numbers?: () => Readonly<Record<string, unknown>>;
}

/**
 * Writes a line about this process at once and then regularly, by the database's clock. It resolves when the first is
 * written; later ones that fail are told once, and tried again. Closed in good order, the line is taken away: one that
 * stays and grows old is a process that died.
 * @param deps.db logged in as the engine
 */
export async function startHeartbeat(
  deps: { readonly db: Database; readonly logger: Logger },
  self: WorkerSelf,
  options: HeartbeatOptions = {},
): Promise<{ close(): Promise<void> }> {
  const { db, logger } = deps;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  let isSilent = false;
  let beating: Promise<void> = Promise.resolve();

  const beat = async (): Promise<void> => {
    await db.system((tx) =>
      tx.run(
        `insert into app.workers as w (owner, roles, version, backend, numbers) values ($1, $2, $3, $4, $5)
         on conflict (owner) do update set roles = excluded.roles, version = excluded.version,
           backend = excluded.backend, numbers = excluded.numbers, heartbeat_at = clock_timestamp()`,
        [self.owner, self.roles, self.version, self.backend, JSON.stringify(options.numbers?.() ?? {})],
      ),
    );
  };
  const again = async (): Promise<void> => {
    try {
      await beat();
      isSilent = false;
    } catch (error) {
      if (!isSilent) logger.warn('this worker could not say that it is alive', { error });
      isSilent = true;
    }
    next();
  };
  const next = (): void => {
    if (!isClosed) timer = setTimeout(() => void (beating = again()), options.everyMs ?? 5_000);
  };

  // What an earlier process of this name left behind is not this one's start.
  await db.system((tx) => tx.run('delete from app.workers where owner = $1', [self.owner]));
  await beat();
  next();
  return {
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await beating;
      await db
        .system((tx) => tx.run('delete from app.workers where owner = $1', [self.owner]))
        // Without a database the line grows old by itself.
        .catch(() => undefined);
    },
  };
}
