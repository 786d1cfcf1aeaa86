/** One event of a `text/event-stream` body. `retryMs` is the server's wish for the next reconnect. */
export interface StreamEvent {
  id: string | null;
  type: string;
  data: string;
  retryMs: number | null;
}

/**
 * Splits a `text/event-stream` body into events, in order; `data` is empty for a lone id or retry time. Comments (heartbeats) yield nothing but keep
 * `onActivity` informed. Ends when the body ends; a partial last event is dropped, as the standard says.
 */
export async function* readEventStream(
  body: ReadableStream<Uint8Array>,
  onActivity: () => void = () => {},
): AsyncGenerator<StreamEvent> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let buffer = '';
  let fields = emptyFields();
  try {
    while (true) {
      const { done, value } = await reader.read();
      if (done) return;
      onActivity();
      buffer += decoder.decode(value, { stream: true });
      const lines = buffer.split(/\r\n|\n|\r(?!$)/);
      buffer = lines.pop() ?? '';
      for (const line of lines) {
        if (line !== '') {
          readLine(line, fields);
          continue;
        }
        // An id or a retry time alone tells the page nothing, but whoever reads keeps it for the next connection.
        if (fields.data.length > 0 || fields.id !== null || fields.retryMs !== null) yield toEvent(fields);
        fields = emptyFields();
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

interface Fields {
  id: string | null;
  type: string;
  data: string[];
  retryMs: number | null;
}

function emptyFields(): Fields {
  return { id: null, type: 'message', data: [], retryMs: null };
}

function toEvent(fields: Fields): StreamEvent {
  return { id: fields.id, type: fields.type, data: fields.data.join('\n'), retryMs: fields.retryMs };
}

function readLine(line: string, fields: Fields): void {
  if (line.startsWith(':')) return;
  const colon = line.indexOf(':');
  const name = colon < 0 ? line : line.slice(0, colon);
  const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
  if (name === 'data') fields.data.push(value);
  else if (name === 'event') fields.type = value;
  else if (name === 'id') fields.id = value;
  else if (name === 'retry' && /^\d+$/.test(value)) fields.retryMs = Number(value);
}
