/** The parameters of one statement, numbered as they are added. */
export interface SqlValues {
  readonly values: unknown[];
  /** Adds a value and answers its placeholder (`$3`). */
  bind(value: unknown): string;
}

/** Starts an empty list of parameters. */
export function sqlValues(): SqlValues {
  const values: unknown[] = [];
  return { values, bind: (value) => `$${values.push(value)}` };
}
