import type { BinaryNode, WASocket } from 'baileys';
import type { Receipt } from '../provider.ts';
import { messageIdOf } from '../wuzapi/message-id.ts';
import { timeOf } from './acknowledgements.ts';
import { phoneOf, userIdOf } from './addresses.ts';

/** Takes one receipt; `onTaken` runs when it is safe. Answers false when there is no room for it. */
export type TakeReceipt = (receipt: Receipt, onTaken: () => void) => boolean;

/**
 * Takes receipts of our messages off the socket and acknowledges each to the server only when it has been taken over:
 * one that a dying process had in hand comes again. (Baileys acknowledges first.) All others stay with Baileys, above
 * all those that ask for a message again.
 */
export function watchReceipts(socket: WASocket, take: TakeReceipt): void {
  const theirs = socket.ws.listeners('CB:receipt');
  socket.ws.removeAllListeners('CB:receipt');
  socket.ws.on('CB:receipt', (node: BinaryNode) => {
    const receipts = receiptsOf(node);
    if (receipts.length === 0) {
      for (const listener of theirs) Reflect.apply(listener, socket.ws, [node]);
      return;
    }
    let open = receipts.length;
    for (const receipt of receipts) {
      take(receipt, () => {
        // On a closed socket it fails, and the receipt comes again with the next one.
        if (--open === 0) socket.sendMessageAck(node).catch(() => undefined);
      });
    }
  });
}

/** What a stanza says of messages of ours; nothing when it is for a group, for another device, or about something else. */
export function receiptsOf({ attrs, content }: BinaryNode): Receipt[] {
  const { id, from, type, t, recipient } = attrs;
  const kind = kinds.get(type ?? 'delivered');
  if (id === undefined || kind === undefined || recipient !== undefined) return [];
  if (phoneOf(from) === undefined && userIdOf(from) === undefined) return [];
  const list = Array.isArray(content) ? content.find(({ tag }) => tag === 'list')?.content : undefined;
  const more = Array.isArray(list) ? list.map((item) => item.attrs['id']) : [];
  const at = timeOf(t);
  return [id, ...more].flatMap((providerMessageId) => {
    const messageId = providerMessageId && messageIdOf(providerMessageId);
    return messageId ? [{ messageId, kind, at, providerMessageId }] : [];
  });
}

/** `played` is a voice message that was heard, which nobody does without having read it. */
const kinds: ReadonlyMap<string, Receipt['kind']> = new Map([
  ['delivered', 'delivered'],
  ['read', 'read'],
  ['played', 'read'],
]);
