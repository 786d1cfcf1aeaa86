import { type BinaryNode, decodeBinaryNode, encodeBinaryNode, NOISE_WA_HEADER, type proto } from 'baileys';
import { randomBytes } from 'node:crypto';
import type { WebSocket } from 'ws';
import { createNoiseResponder, type NoiseTransport } from './noise-responder.ts';
import type { ServerIdentity } from './server-identity.ts';

/** One client's connection after its handshake. */
export interface DeviceStream {
  readonly payload: proto.ClientPayload;
  readonly noiseKey: Buffer;
  send(node: BinaryNode): void;
  /** Sends a frame that nobody can open. */
  garble(): void;
  /** Cuts the connection, with no word. */
  cut(): void;
  /** Ends the connection as servers do. */
  end(): void;
}

/** What a server does with a stream. Nodes come one at a time, in order. */
export interface StreamHandlers {
  readonly onOpen: (stream: DeviceStream) => void;
  readonly onNode: (stream: DeviceStream, node: BinaryNode) => Promise<void>;
  readonly onError: (error: Error) => void;
}

/** Speaks the handshake with a client and turns what follows into nodes. */
export function acceptStream(
  socket: WebSocket,
  identity: ServerIdentity,
  { onOpen, onNode, onError }: StreamHandlers,
): void {
  const noise = createNoiseResponder(identity);
  let pending = Buffer.alloc(0);
  let hasIntro = false;
  let hasHello = false;
  let transport: NoiseTransport | undefined;
  let stream: DeviceStream | undefined;
  let turn = Promise.resolve();

  const write = (bytes: Uint8Array): void => {
    const length = Buffer.alloc(3);
    length.writeUIntBE(bytes.byteLength, 0, 3);
    socket.send(Buffer.concat([length, bytes]));
  };
  const open = (finish: Buffer): DeviceStream => {
    const client = noise.finish(finish);
    const { seal } = client.transport;
    transport = client.transport;
    return {
      payload: client.payload,
      noiseKey: client.noiseKey,
      send: (node) => {
        if (socket.readyState === socket.OPEN) write(seal(encodeBinaryNode(node)));
      },
      garble: () => write(randomBytes(64)),
      cut: () => socket.terminate(),
      end: () => socket.close(),
    };
  };
  const take = async (frame: Buffer): Promise<void> => {
    if (!hasHello) {
      hasHello = true;
      write(noise.answer(frame));
      return;
    }
    if (transport === undefined || stream === undefined) {
      stream = open(frame);
      onOpen(stream);
      return;
    }
    await onNode(stream, await decodeBinaryNode(transport.open(frame)));
  };
  const split = (): Buffer[] => {
    if (!hasIntro && pending.length >= NOISE_WA_HEADER.length) {
      const intro = pending.subarray(0, NOISE_WA_HEADER.length);
      if (!intro.equals(NOISE_WA_HEADER)) throw new Error('a stream begins with WhatsApp’s four bytes');
      pending = pending.subarray(NOISE_WA_HEADER.length);
      hasIntro = true;
    }
    const frames: Buffer[] = [];
    if (!hasIntro) return frames;
    while (pending.length >= 3 && pending.length >= 3 + pending.readUIntBE(0, 3)) {
      const end = 3 + pending.readUIntBE(0, 3);
      frames.push(pending.subarray(3, end));
      pending = pending.subarray(end);
    }
    return frames;
  };

  socket.on('message', (data: Buffer) => {
    turn = turn
      .then(async () => {
        pending = Buffer.concat([pending, data]);
        for (const frame of split()) await take(frame);
      })
      .catch((error: unknown) => onError(error instanceof Error ? error : new Error(String(error))));
  });
}
