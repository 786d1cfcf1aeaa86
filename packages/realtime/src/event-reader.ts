import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { EncodedFrame } from './encoded-frame.ts';
import { eventFrame } from './sse-frame.ts';
import { takeOverConnection } from './take-over-connection.ts';
import type { TenantChannel } from './tenant-channel.ts';

/** Why the server ended a stream; sent in the `closing` event. */
export type ClosingReason = 'token_expired' | 'not_allowed' | 'slow_reader' | 'server_closing' | 'error';

/** What the hub has to know about what its readers do. */
export interface ReaderHost {
  /** Bytes that may wait for a slow reader before it is dropped. */
  readonly maxBufferBytes: number;
  /** Milliseconds a dropped reader is told to wait before it comes back. */
  retryMs(): number;
  onWritten(sizeBytes: number): void;
  /** Called once for each reader; one that the server ended still takes the rest of its stream. */
  onClosed(reader: EventReader, reason: ClosingReason | 'left'): void;
  /** The response of a reader that was ended has closed. */
  onGone(reader: EventReader): void;
}

/** What a reader was admitted with. */
export interface ReaderTerms {
  /** Unique in this process. */
  readonly serial: number;
  readonly userId: string | undefined;
  readonly channel: TenantChannel;
  readonly topics: readonly string[] | undefined;
  readonly expiresAtMs: number;
  readonly isAllowed: () => Promise<boolean>;
}

/**
 * One connected reader: frames go in, what waits for it never grows past its bound. There may be 20,000 of these,
 * so it has no timers and no closures but the one that hears the connection close: the sweep looks after it.
 */
export class EventReader {
  readonly serial: number;
  readonly userId: string | undefined;
  readonly connectedAtMs = Date.now();
  readonly channel: TenantChannel;
  readonly topics: ReadonlySet<string> | undefined;
  readonly expiresAtMs: number;
  readonly isAllowed: () => Promise<boolean>;
  /** When the sweep sends the next heartbeat, asks for permission again, or cuts an ended stream off. */
  heartbeatAt = 0;
  recheckAt = 0;
  cutAt = 0;
  /** Its place in the sweep's list. */
  index = 0;
  isOpen = true;
  readonly #host: ReaderHost;
  /** The connection itself when it could be taken over, which spares its request and response. */
  readonly #out: Socket | ServerResponse;
  readonly #isTaken: boolean;

  /** Takes over a response whose headers have been written. */
  constructor(res: ServerResponse, terms: ReaderTerms, host: ReaderHost) {
    this.serial = terms.serial;
    this.userId = terms.userId;
    this.channel = terms.channel;
    this.topics = terms.topics === undefined ? undefined : new Set(terms.topics);
    this.expiresAtMs = terms.expiresAtMs;
    this.isAllowed = terms.isAllowed;
    this.#host = host;
    const connection = takeOverConnection(res);
    this.#isTaken = connection !== undefined;
    this.#out = connection ?? res;
    listenTo(this.#out, this);
  }

  send(frame: EncodedFrame): void {
    if (!this.isOpen) return;
    const waitingBytes = this.#out.writableLength;
    if (waitingBytes > 0 && waitingBytes + frame.sizeBytes > this.#host.maxBufferBytes) {
      this.end('slow_reader', this.#host.retryMs());
      return;
    }
    this.#out.write(frame.bytes(this.#isTaken));
    this.#host.onWritten(frame.sizeBytes);
  }

  /** Sends frames as one packet. */
  sendAll(frames: readonly EncodedFrame[]): void {
    this.#out.cork();
    for (const frame of frames) this.send(frame);
    this.#out.uncork();
  }

  /** Says why, and ends the stream; the sweep cuts off a reader that does not take the rest. */
  end(reason: ClosingReason, retryMs: number): void {
    if (!this.isOpen) return;
    this.#leave(reason);
    const frame = new EncodedFrame(eventFrame({ retryMs, type: 'closing', data: { reason } }));
    this.#out.end(this.#isTaken ? frame.lastBytes() : frame.bytes(false));
  }

  /** Ends the connection without a word. */
  destroy(): void {
    this.#out.destroy();
  }

  /** The connection has closed. */
  gone(): void {
    if (this.isOpen) this.#leave('left');
    this.#host.onGone(this);
  }

  #leave(reason: ClosingReason | 'left'): void {
    this.isOpen = false;
    this.#host.onClosed(this, reason);
  }
}

/** Apart, so that what is kept for as long as the stream holds the reader and nothing of its request. */
function listenTo(out: Socket | ServerResponse, reader: EventReader): void {
  out.on('close', () => reader.gone());
  // A reader that resets its connection is a reader that left; 'close' follows.
  out.on('error', ignore);
}

function ignore(): void {
  // Nothing to do: see where it is used.
}
