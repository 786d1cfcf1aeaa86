import type { Database } from '@zaphub/db';

/** A worker as it was last heard of. */
export interface WorkerSeen {
  readonly owner: string;
  readonly roles: readonly string[];
  readonly version: string;
  readonly backend: string;
  readonly startedAt: Date;
  readonly heartbeatAt: Date;
  /** Seconds since it was heard, by the database's clock. */
  readonly silentSeconds: number;
  readonly isAlive: boolean;
  readonly numbers: Readonly<Record<string, unknown>>;
}

/** A worker that was not heard for so long is taken for dead; it is heard every five seconds. */
const deadAfterSeconds = 30;

/** Every worker that was heard of and did not end in good order, the oldest first. */
export function listWorkers(db: Database): Promise<WorkerSeen[]> {
  return db.system((tx) =>
    tx.rows<WorkerSeen>(
      `select owner, roles, version, backend, started_at as "startedAt", heartbeat_at as "heartbeatAt", numbers,
         silent as "silentSeconds", silent < $1 as "isAlive"
       from app.workers cross join lateral (
         select round(extract(epoch from clock_timestamp() - heartbeat_at)::numeric, 1)::float8 as silent) s
       order by started_at, owner`,
      [deadAfterSeconds],
    ),
  );
}
