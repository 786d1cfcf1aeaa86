import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Keeps the connection of a response that has begun and lets go of everything else: for whoever else knows the
 * request and the response, they are over (`finish`, then `close`). A stream lives for hours, and what a web
 * framework hangs on a request weighs as much as the connection. From then on the caller writes HTTP chunks.
 *
 * `undefined` where the response cannot be parted from its connection: the client closes it after this answer, does
 * not know chunks, or another response comes first. Then the response goes on as it is.
 */
export function takeOverConnection(res: ServerResponse): Socket | undefined {
  const { socket } = res;
  if (socket === null || !res.chunkedEncoding || !res.shouldKeepAlive) return undefined;
  // A client that sends another request behind an endless answer gets none: its bytes go nowhere.
  socket.removeAllListeners('data');
  socket.on('data', ignore);
  // The server does its own bookkeeping on this event, as for any response that was sent to its end.
  res.finished = true;
  Object.defineProperty(res, 'writableFinished', { value: true });
  res.emit('finish');
  socket.setTimeout(0); // it has begun to wait for the next request
  return socket;
}

function ignore(): void {
  // Nothing to do: see where it is used.
}
