import type { proto } from 'baileys';
import { z } from 'zod';
import type { Baileys } from './load-baileys.ts';
import { getOwn, type KeyShelf, setOwn } from './own-keys.ts';

/**
 * The last messages, for a device that could not read one and asks again: without them its owner sees "waiting for
 * this message" for ever. They outlive the process, since people open their phones when they like.
 */
export interface SentMessages {
  /** Inside the transaction that moves the ratchet: it costs no write of its own. */
  keep(shelf: KeyShelf, id: string, message: proto.IMessage): Promise<void>;
  recall(id: string): Promise<proto.IMessage | undefined>;
}

/** Places in the store, used in turn. */
const places = 256;

const stored = z.object({ id: z.string(), bytes: z.instanceof(Uint8Array) });

export function createSentMessages({ lib }: Baileys, shelf: KeyShelf): SentMessages {
  const recent = new Map<string, Uint8Array>();
  let place = Math.floor(Math.random() * places);

  const find = async (id: string): Promise<Uint8Array | undefined> => {
    const known = recent.get(id);
    if (known !== undefined) return known;
    const all = await getOwn(
      shelf,
      'sent',
      Array.from({ length: places }, (_, i) => String(i)),
    );
    for (const entry of Object.values(all)) {
      const read = stored.safeParse(entry);
      if (read.success && read.data.id === id) return read.data.bytes;
    }
    return undefined;
  };

  return {
    async keep(into, id, message) {
      const bytes = lib.proto.Message.encode(message).finish();
      recent.delete(id);
      recent.set(id, bytes);
      for (const oldest of recent.keys()) {
        if (recent.size <= places) break;
        recent.delete(oldest);
      }
      place = (place + 1) % places;
      await setOwn(into, 'sent', { [place]: { id, bytes: Buffer.from(bytes) } });
    },
    async recall(id) {
      const bytes = await find(id);
      return bytes && lib.proto.Message.decode(bytes);
    },
  };
}
