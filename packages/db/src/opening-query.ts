import pg from 'pg';

/** A statement without a result that goes before another, already prepared on the connection. */
export interface Prelude {
  readonly name: string;
  readonly values: readonly string[];
}

/** One statement, as `client.query` takes it. */
export interface Statement {
  readonly name?: string;
  readonly text: string;
  readonly values: unknown[];
}

/**
 * Runs a statement together with what must go before it, in one round trip. When one of them fails, the rest is not
 * run and the failure is the statement's.
 */
export function queryAfter(
  client: pg.PoolClient,
  prelude: readonly Prelude[],
  statement: Statement,
): Promise<pg.QueryResult> {
  return new Promise((resolve, reject) => {
    client.query(
      new OpeningQuery(prelude, statement, (error, result) => (error ? reject(error) : resolve(result))),
    );
  });
}

type Done = (error: Error | undefined, result: pg.QueryResult) => void;

/** What pg's client asks of the statement it is waiting for; pg-cursor and pg-query-stream are written against it too. */
interface ClientQuery {
  readonly name: string | undefined;
  readonly text: string;
  readonly _result: unknown;
  submit(connection: pg.Connection): Error | null;
  handleRowDescription(message: unknown): void;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, connection: pg.Connection): void;
  handleEmptyQuery(connection: pg.Connection): void;
  handlePortalSuspended(connection: pg.Connection): void;
  handleCopyInResponse(connection: pg.Connection): void;
  handleCopyData(message: unknown, connection: pg.Connection): void;
  handleError(error: Error, connection: pg.Connection): void;
  handleReadyForQuery(connection: pg.Connection): void;
}

class OpeningQuery implements ClientQuery {
  readonly #prelude: readonly Prelude[];
  readonly #query: ClientQuery;
  /** Statements of the prelude that have not ended. */
  #left: number;

  constructor(prelude: readonly Prelude[], statement: Statement, done: Done) {
    this.#prelude = prelude;
    this.#left = prelude.length;
    // Always the extended protocol: a simple query would not be skipped when the prelude fails.
    const config = { ...statement, queryMode: 'extended' };
    const query = new pg.Query(config, done as unknown as ConstructorParameters<typeof pg.Query>[1]);
    // The typings list only what applications call; the client calls the rest.
    this.#query = query as unknown as ClientQuery;
  }

  get name(): string | undefined {
    return this.#query.name;
  }

  get text(): string {
    return this.#query.text;
  }

  /** The client puts the connection's value types on it. */
  get _result(): unknown {
    return this.#query._result;
  }

  submit(connection: pg.Connection): Error | null {
    connection.stream.cork();
    try {
      for (const { name, values } of this.#prelude) {
        connection.bind({ statement: name, values: [...values] }, true);
        connection.execute({}, true);
      }
      const refused = this.#query.submit(connection);
      // Half a message is on its way, and nothing would end it.
      if (refused) connection.stream.destroy();
      return refused;
    } finally {
      connection.stream.uncork();
    }
  }

  handleRowDescription(message: unknown): void {
    this.#query.handleRowDescription(message);
  }

  handleDataRow(message: unknown): void {
    if (this.#left === 0) this.#query.handleDataRow(message);
  }

  handleCommandComplete(message: unknown, connection: pg.Connection): void {
    if (this.#left === 0) this.#query.handleCommandComplete(message, connection);
    else this.#left--;
  }

  handleEmptyQuery(connection: pg.Connection): void {
    this.#query.handleEmptyQuery(connection);
  }

  handlePortalSuspended(connection: pg.Connection): void {
    this.#query.handlePortalSuspended(connection);
  }

  handleCopyInResponse(connection: pg.Connection): void {
    this.#query.handleCopyInResponse(connection);
  }

  handleCopyData(message: unknown, connection: pg.Connection): void {
    this.#query.handleCopyData(message, connection);
  }

  handleError(error: Error, connection: pg.Connection): void {
    this.#query.handleError(error, connection);
  }

  handleReadyForQuery(connection: pg.Connection): void {
    this.#query.handleReadyForQuery(connection);
  }
}
