import { say } from './say.mjs';

/** A failure told in one sentence, with what to do about it; no stack trace. */
export class PlainError extends Error {
  /**
   * @param {import('./say.mjs').Text} text what happened
   * @param {import('./say.mjs').Text} remedy what to do
   */
  constructor(text, remedy) {
    super(say(text));
    this.remedy = say(remedy);
  }
}
