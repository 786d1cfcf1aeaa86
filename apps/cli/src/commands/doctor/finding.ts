import type { Text } from '../../language.ts';

/** The answer of one check: what was seen and, when it is not well, what to do. */
export interface Finding {
  readonly ok: boolean;
  readonly what: Text;
  readonly remedy?: Text;
}
