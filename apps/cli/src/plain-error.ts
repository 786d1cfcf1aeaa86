import type { Text } from './language.ts';

/** A failure a person can act on: one sentence that says what happened, and what to do. */
export class PlainError extends Error {
  override readonly name = 'PlainError';
  readonly text: Text;
  readonly remedy: Text;

  constructor(text: Text, remedy: Text, options?: ErrorOptions) {
    super(text.en, options);
    this.text = text;
    this.remedy = remedy;
  }
}
