import type { EventPage, StoredEvent } from './event-log.ts';

/** A reading of a stream, and how far the stream has got. */
export interface StreamPage extends EventPage {
  readonly lastOffset: number;
}

/**
 * Reads the answer of the reading script.
 * @throws TypeError when it is something else
 */
export function parseStreamPage(reply: unknown): StreamPage {
  if (!Array.isArray(reply)) throw notAPage();
  const [epoch, lastOffset, entries]: unknown[] = reply;
  if (typeof epoch !== 'string' || typeof lastOffset !== 'string' || !Array.isArray(entries))
    throw notAPage();
  return { epoch: Number(epoch), lastOffset: Number(lastOffset), events: entries.map(parseEntry) };
}

function parseEntry(entry: unknown): StoredEvent {
  const [id, fields]: unknown[] = Array.isArray(entry) ? entry : [];
  const [, topic, , type, , payload]: unknown[] = Array.isArray(fields) ? fields : [];
  if (
    typeof id !== 'string' ||
    typeof topic !== 'string' ||
    typeof type !== 'string' ||
    typeof payload !== 'string'
  ) {
    throw notAPage();
  }
  return { offset: Number(id.slice(id.indexOf('-') + 1)), topic, type, payload: JSON.parse(payload) };
}

function notAPage(): TypeError {
  return new TypeError('the stream of a tenant’s events holds something that is not an event');
}
