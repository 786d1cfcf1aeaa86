import type { TenantScope, Tx } from '@zaphub/db';
import { type LiveEvent, liveEvent } from '@zaphub/types';

/** What can be watched, by the UUID of the thing. */
export type EventTopic =
  `campaign:${string}` | `import:${string}` | `connection:${string}` | `conversation:${string}`;

/** The events that features publish; the others are the stream's own. */
export type PublishedEvent = Exclude<LiveEvent, { type: 'reset' | 'closing' }>;

/**
 * Appends an event to the tenant's log and, once the transaction commits, tells everybody who watches the topic.
 * Publishers bound their own rate (2 a second for a topic). Publications of one tenant wait for each other until
 * commit: publish last in a transaction, and keep it short.
 * @returns the event's offset
 */
export async function publish(
  tx: Tx,
  scope: TenantScope,
  topic: EventTopic,
  event: PublishedEvent,
): Promise<number> {
  const { type, data } = liveEvent.parse(event);
  const { offset } = await tx.one<{ offset: number }>('select app.publish($1, $2, $3, $4) as "offset"', [
    scope.tenantId,
    topic,
    type,
    JSON.stringify(data),
  ]);
  return offset;
}
