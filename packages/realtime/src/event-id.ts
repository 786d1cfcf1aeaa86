/** Writes the id of an event as it travels: `epoch.offset`. */
export function formatEventId(epoch: number, offset: number): string {
  return `${epoch}.${offset}`;
}

/** Reads an `epoch.offset`; `undefined` for anything else, whatever its length. */
export function parseEventId(text: string): { epoch: number; offset: number } | undefined {
  const match = /^(\d{1,15})\.(\d{1,15})$/.exec(text);
  return match === null ? undefined : { epoch: Number(match[1]), offset: Number(match[2]) };
}
