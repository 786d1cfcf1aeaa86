import type { Database, Tx } from '@zaphub/db';

/** A database that remembers what it was asked. */
export interface HeardDatabase {
  readonly db: Database;
  /** The statements since the last time, in order, without their values. */
  take(): string[];
}

/** The same database, with a memory for the texts of the statements that pass through it. */
export function hearStatements(db: Database): HeardDatabase {
  let heard: string[] = [];
  const hear = (tx: Tx): Tx => ({
    rows: (text, values) => tx.rows(noted(text), values),
    maybeOne: (text, values) => tx.maybeOne(noted(text), values),
    one: (text, values) => tx.one(noted(text), values),
    run: (text, values) => tx.run(noted(text), values),
    prepared: (name, text, values) => tx.prepared(name, noted(text), values),
    client: () => tx.client(),
  });
  const noted = (text: string): string => {
    heard.push(text);
    return text;
  };
  return {
    db: {
      tenant: (scope, work) => db.tenant(scope, (tx) => work(hear(tx))),
      read: (scope, work) => db.read(scope, (tx) => work(hear(tx))),
      user: (userId, work) => db.user(userId, (tx) => work(hear(tx))),
      system: (work) => db.system((tx) => work(hear(tx))),
      statement: (name, text, values) => db.statement(name, noted(text), values),
      listen: (channel, onPayload, onReconnect) => db.listen(channel, onPayload, onReconnect),
      ping: () => db.ping(),
      close: () => db.close(),
    },
    take() {
      const statements = heard;
      heard = [];
      return statements;
    },
  };
}
