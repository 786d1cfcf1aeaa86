import type { Happening } from './event-data.ts';

/** One row of `webhook_facts`. */
export interface FactRow {
  readonly type: string;
  readonly connection_id: string | null;
  readonly campaign_id: string | null;
  readonly subject_ids: readonly string[];
  readonly details: Readonly<Record<string, unknown>>;
  readonly happened_at: Date;
}

/** Messages in one event: about 20 kB. */
export const mostSubjects = 100;

/**
 * Gathers facts of one kind about one campaign into events of up to a hundred messages, in the order in which they
 * happened. What somebody waits for (a message that came) and what is rare (a campaign's state) is an event by itself.
 */
export function gatherFacts(facts: readonly FactRow[]): Happening[] {
  const groups = new Map<string, { readonly fact: FactRow; readonly ids: Set<string> }>();
  facts.forEach((fact, nth) => {
    const key = isGathered(fact.type)
      ? `${fact.type} ${fact.connection_id} ${fact.campaign_id}`
      : String(nth);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { fact, ids: new Set(fact.subject_ids) });
    else for (const id of fact.subject_ids) group.ids.add(id);
  });
  return [...groups.values()].flatMap(({ fact, ids }) =>
    partsOf([...ids], fact.type === 'message.received' ? 1 : mostSubjects).map((subjectIds) => ({
      type: fact.type,
      connectionId: fact.connection_id,
      campaignId: fact.campaign_id,
      subjectIds,
      details: fact.details,
      at: fact.happened_at,
    })),
  );
}

function isGathered(type: string): boolean {
  return type === 'contact.opted_out' || (type.startsWith('message.') && type !== 'message.received');
}

function partsOf<T>(all: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let at = 0; at < all.length; at += size) parts.push(all.slice(at, at + size));
  return parts;
}
