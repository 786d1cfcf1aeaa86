import type { Connection, ConnectionRegistry } from './connection-registry.ts';

export interface ConnectionRecorderOptions {
  /** How often what has changed is written; default 1,000. */
  readonly flushMs?: number;
  /** How often what is still open is kept alive; default 20 minutes, a third of its time. */
  readonly refreshMs?: number;
  /** How often what others have left behind is removed; default 5 minutes. */
  readonly cleanupMs?: number;
}

/** Writes down who comes and goes, in batches, so that 10,000 readers coming back cost a handful of commands. */
export class ConnectionRecorder {
  readonly #registry: ConnectionRegistry;
  readonly #open: () => Iterable<Connection>;
  readonly #onError: (error: unknown) => void;
  readonly #timers: NodeJS.Timeout[];
  #come = new Map<string, Connection>();
  #gone = new Map<string, Connection>();
  #writing: Promise<void> = Promise.resolve();

  constructor(
    deps: {
      readonly registry: ConnectionRegistry;
      /** What is open in this process now. */
      readonly open: () => Iterable<Connection>;
      readonly onError: (error: unknown) => void;
    },
    options: ConnectionRecorderOptions = {},
  ) {
    this.#registry = deps.registry;
    this.#open = deps.open;
    this.#onError = deps.onError;
    this.#timers = [
      setInterval(() => void this.flush(), options.flushMs ?? 1000),
      setInterval(
        () => this.#do(() => deps.registry.keep([...this.#open()])),
        options.refreshMs ?? 1_200_000,
      ),
      setInterval(() => this.#do(() => deps.registry.cleanup()), options.cleanupMs ?? 300_000),
    ];
  }

  opened(connection: Connection): void {
    this.#come.set(connection.id, connection);
  }

  closed(connection: Connection): void {
    if (!this.#come.delete(connection.id)) this.#gone.set(connection.id, connection);
  }

  /** Writes what has changed since the last time. What cannot be written is put right by the next refresh or cleanup. */
  flush(): Promise<void> {
    const [come, gone] = [[...this.#come.values()], [...this.#gone.values()]];
    this.#come = new Map();
    this.#gone = new Map();
    if (come.length > 0) this.#do(() => this.#registry.keep(come));
    if (gone.length > 0) this.#do(() => this.#registry.remove(gone));
    return this.#writing;
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await this.flush();
  }

  #do(work: () => Promise<unknown>): void {
    this.#writing = this.#writing.then(work).then(() => undefined, this.#onError);
  }
}
