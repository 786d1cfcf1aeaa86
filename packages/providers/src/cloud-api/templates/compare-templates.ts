import { isDeepStrictEqual } from 'node:util';
import type { CloudTemplate } from './list-templates.ts';

/** What a store has to do to hold what Meta has. */
export interface TemplateChanges {
  readonly added: readonly CloudTemplate[];
  readonly changed: readonly { readonly before: CloudTemplate; readonly now: CloudTemplate }[];
  /** No longer in Meta's list. */
  readonly removed: readonly CloudTemplate[];
}

/** Compares by Meta's id; a template that is alike in everything is in none of the lists. */
export function compareTemplates(
  known: readonly CloudTemplate[],
  current: readonly CloudTemplate[],
): TemplateChanges {
  const before = new Map(known.map((one) => [one.id, one]));
  const now = new Map(current.map((one) => [one.id, one]));
  return {
    added: current.filter((one) => !before.has(one.id)),
    changed: current.flatMap((one) => {
      const old = before.get(one.id);
      return old === undefined || isDeepStrictEqual(old, one) ? [] : [{ before: old, now: one }];
    }),
    removed: known.filter((one) => !now.has(one.id)),
  };
}
