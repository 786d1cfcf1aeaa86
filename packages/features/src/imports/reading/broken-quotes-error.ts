/** The quotes no longer pair up, so where the columns and rows of the rest begin is unknown. */
export class BrokenQuotesError extends Error {
  override readonly name = 'BrokenQuotesError';
  /** The record that begins with the stray or unclosed quote. */
  readonly row: number;

  constructor(row: number) {
    super(`quotes do not pair up in the record of row ${row}`);
    this.row = row;
  }
}
