import type { Inbound } from '@zaphub/providers';
import { storableText } from '../opt-outs/index.ts';

/** The database takes what lies in the future as now, which is the best that is known without a time. */
const someday = new Date('9999-12-31T00:00:00Z');

/** What the database would refuse in keys and ids is taken out; contents are cleaned where they are stored. */
export function cleanInbound(inbound: Inbound): Inbound {
  const key = storableText(inbound.key);
  const at = Number.isNaN(inbound.at.getTime()) ? someday : inbound.at;
  if (inbound.kind === 'preference') return { ...inbound, key, at };
  const answers = answersOf(inbound);
  return {
    ...inbound,
    key,
    at,
    providerMessageId: storableText(inbound.providerMessageId),
    ...(answers === undefined ? {} : { answers: storableText(answers) }),
  };
}

/** A reaction is about a message as much as an answer is. */
function answersOf(inbound: Extract<Inbound, { kind: 'message' }>): string | undefined {
  return inbound.answers ?? (inbound.content.kind === 'reaction' ? inbound.content.to : undefined);
}
