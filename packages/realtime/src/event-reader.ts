import type { ServerResponse } from 'node:http';
import { eventFrame, heartbeatFrame } from './sse-frame.ts';

/** Why the server ended a stream; sent in the `closing` event. */
export type ClosingReason = 'token_expired' | 'not_allowed' | 'slow_reader' | 'server_closing' | 'error';

/** One connected reader: frames go in, the response's buffer never grows past its bound. */
export interface EventReader {
  readonly topics: ReadonlySet<string> | undefined;
  send(frame: string): void;
  heartbeat(): void;
  /** Says why, and ends the stream; a reader that does not take the rest is cut off soon after. */
  end(reason: ClosingReason, retryMs: number): void;
  readonly isOpen: boolean;
}

export interface EventReaderOptions {
  readonly topics?: readonly string[] | undefined;
  /** Bytes that may wait for a slow reader before it is dropped. */
  readonly maxBufferBytes: number;
  /** How long an ended stream may take to be read to its end. */
  readonly lingerMs: number;
  /** Milliseconds a dropped reader waits before it comes back. */
  readonly retryMs: number;
  readonly onClose: (reason: ClosingReason | 'left') => void;
}

/** Takes over a response whose headers have been written. */
export function createEventReader(res: ServerResponse, options: EventReaderOptions): EventReader {
  let isOpen = true;
  let linger: NodeJS.Timeout | undefined;
  const leave = (reason: ClosingReason | 'left'): void => {
    if (!isOpen) return;
    isOpen = false;
    options.onClose(reason);
  };
  res.on('close', () => {
    clearTimeout(linger);
    leave('left');
  });
  // A reader that resets its connection is a reader that left; 'close' follows.
  res.on('error', () => undefined);

  const end = (reason: ClosingReason, retryMs: number): void => {
    if (!isOpen) return;
    leave(reason);
    res.end(eventFrame({ retryMs, type: 'closing', data: { reason } }));
    linger = setTimeout(() => res.destroy(), options.lingerMs);
  };
  const send = (frame: string): void => {
    if (!isOpen) return;
    if (res.writableLength + frame.length > options.maxBufferBytes) {
      end('slow_reader', options.retryMs);
      return;
    }
    res.write(frame);
  };
  return {
    topics: options.topics === undefined ? undefined : new Set(options.topics),
    send,
    heartbeat: () => send(heartbeatFrame),
    end,
    get isOpen() {
      return isOpen;
    },
  };
}
