import type { StoredEvent } from './event-log.ts';

/**
 * Leaves out events that a later one of the same topic and type replaces. Order is kept, and what replaces always
 * comes after what it replaces: whoever stops in between and asks for what came after its last id misses nothing.
 */
export function coalesceEvents(
  events: readonly StoredEvent[],
  isState: (type: string) => boolean,
): readonly StoredEvent[] {
  const newest = new Map<string, number>();
  for (const event of events) {
    if (isState(event.type)) newest.set(`${event.type} ${event.topic}`, event.offset);
  }
  return newest.size === 0
    ? events
    : events.filter(
        (event) => !isState(event.type) || newest.get(`${event.type} ${event.topic}`) === event.offset,
      );
}
