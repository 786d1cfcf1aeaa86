/** One open event stream, wherever it is. */
export interface Connection {
  /** Unique among all instances. */
  readonly id: string;
  /** The process that holds it. */
  readonly instance: string;
  readonly tenantId: string;
  /** Who reads; `undefined` when the subscription did not say. */
  readonly userId: string | undefined;
  readonly connectedAt: Date;
}

/** The open streams of one process. */
export interface InstanceStreams {
  readonly instance: string;
  readonly streams: number;
  /** Whose they are. */
  readonly tenants: number;
}

/** The streams of each process, counted; by its name. */
export function countByInstance(connections: readonly Connection[]): readonly InstanceStreams[] {
  return [...Map.groupBy(connections, ({ instance }) => instance)]
    .map(([instance, held]) => ({
      instance,
      streams: held.length,
      tenants: new Set(held.map(({ tenantId }) => tenantId)).size,
    }))
    .toSorted((a, b) => (a.instance < b.instance ? -1 : 1));
}

/**
 * Who is connected where, over all instances. Hints for operators: what an instance that died has left behind is
 * seen until its time is over.
 */
export interface ConnectionRegistry {
  /** Adds connections, or lets known ones live on for another hour. */
  keep(connections: readonly Connection[]): Promise<void>;
  remove(connections: readonly Pick<Connection, 'id' | 'tenantId'>[]): Promise<void>;
  /** Those of one tenant that are not past their time, in no particular order. */
  list(tenantId: string): Promise<readonly Connection[]>;
  /** How many each process holds, over all tenants. */
  summary(): Promise<readonly InstanceStreams[]>;
  /** How many there are, over all tenants. */
  count(): Promise<number>;
  /** Removes what is past its time. @returns how many */
  cleanup(): Promise<number>;
}

/** How long a connection is believed in after it was last kept: an hour. */
export const connectionTtlMs = 3_600_000;
