import type { BinaryNode, WAMessage, WASocket } from 'baileys';
import { z } from 'zod';
import { phoneOf, userIdOf, withoutDevice } from './addresses.ts';
import type { Baileys } from './load-baileys.ts';
import { getOwn, type KeyShelf, setOwn } from './own-keys.ts';

/**
 * What people wrote and nobody has taken over yet. Reading a message uses up its key, and Baileys confirms it to
 * WhatsApp before anybody has it: so its words are stored in the same write as the ratchet, until they are taken over.
 */
export interface Inbox {
  /** Learns which stanza a ciphertext comes in. */
  watch(socket: WASocket): void;
  /** Keeps what was read, inside the transaction that moves the ratchet. */
  note(shelf: KeyShelf, ciphertext: Uint8Array, plain: Uint8Array): Promise<void>;
  /** It was taken over, or there was nothing in it to tell. */
  forget(message: WAMessage): Promise<void>;
  /** What an earlier process had read and nobody had taken over. */
  left(me: { readonly id: string; readonly lid?: string }): Promise<readonly WAMessage[]>;
}

/** More are not kept: they would be lost with the process. */
const mostKept = 1_000;

const index = z.array(z.string());
const letter = z.object({ attrs: z.record(z.string(), z.string()), plain: z.instanceof(Uint8Array) });

export async function openInbox({ lib }: Baileys, shelf: KeyShelf): Promise<Inbox> {
  const stanzas = new WeakMap<Uint8Array, BinaryNode>();
  const [stored] = Object.values(await getOwn(shelf, 'inbox', ['index']));
  const found = index.safeParse(stored);
  const before: readonly string[] = found.success ? found.data : [];
  const kept = new Set(before);

  return {
    watch({ ws }) {
      ws.prependListener('CB:message', (stanza: BinaryNode) => {
        for (const { tag, content } of Array.isArray(stanza.content) ? stanza.content : []) {
          if (tag === 'enc' && content instanceof Uint8Array) stanzas.set(content, stanza);
        }
      });
    },
    async note(into, ciphertext, plain) {
      const attrs = stanzas.get(ciphertext)?.attrs;
      const { from, id, recipient, category } = attrs ?? {};
      if (attrs === undefined || from === undefined || id === undefined) return;
      const isPerson = phoneOf(from) !== undefined || userIdOf(from) !== undefined;
      if (!isPerson || recipient !== undefined || category !== undefined || kept.size >= mostKept) return;
      const key = keyOf(from, id);
      kept.add(key);
      await setOwn(into, 'inbox', { [key]: { attrs, plain: Buffer.from(plain) }, index: [...kept] });
    },
    async forget({ key: { remoteJid, id } }) {
      const key = keyOf(remoteJid ?? '', id ?? '');
      if (kept.delete(key)) await setOwn(shelf, 'inbox', { [key]: null, index: [...kept] });
    },
    async left({ id, lid = '' }) {
      const letters = await getOwn(shelf, 'inbox', before);
      return Object.values(letters).flatMap((entry) => {
        const read = letter.safeParse(entry);
        if (!read.success) return [];
        const { attrs, plain } = read.data;
        const { fullMessage } = lib.decodeMessageNode({ tag: 'message', attrs }, id, lid);
        return [{ ...fullMessage, message: lib.proto.Message.decode(lib.unpadRandomMax16(plain)) }];
      });
    },
  };
}

function keyOf(from: string, id: string): string {
  return `${withoutDevice(from)} ${id}`;
}
