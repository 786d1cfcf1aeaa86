/** The text of one event; `data` is the event as JSON, so no line of it can break the frame. */
export function eventFrame(event: {
  id?: string;
  /** How long the reader is to wait before it comes back. */
  retryMs?: number;
  type: string;
  data: unknown;
}): string {
  const id = event.id === undefined ? '' : `id: ${event.id}\n`;
  const retry = event.retryMs === undefined ? '' : `retry: ${Math.round(event.retryMs)}\n`;
  return `${id}${retry}event: ${event.type}\ndata: ${JSON.stringify({ type: event.type, data: event.data })}\n\n`;
}

/** Sets the reader's last event id without giving it an event. */
export function idFrame(id: string): string {
  return `id: ${id}\n\n`;
}

/** Tells the reader how long to wait before it comes back. */
export function retryFrame(retryMs: number): string {
  return `retry: ${Math.round(retryMs)}\n\n`;
}

/** A comment that keeps proxies and the reader from thinking that nobody is there, and the id to go on from. */
export function heartbeatFrame(id: string | undefined): string {
  return `: heartbeat\n${id === undefined ? '' : idFrame(id)}`.trimEnd() + '\n\n';
}
