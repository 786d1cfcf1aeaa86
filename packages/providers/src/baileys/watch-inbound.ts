import type { WAMessage, WASocket } from 'baileys';
import type { InboundMessage } from '../inbound.ts';
import { personOf, phoneOf, userIdOf } from './addresses.ts';
import { contentOf } from './inbound-content.ts';
import type { Inbox } from './inbox.ts';
import type { Baileys } from './load-baileys.ts';

/** Takes one message; `onTaken` runs when it is safe. */
export type TakeInbound = (message: InboundMessage, onTaken: () => void) => void;

export interface Hearing {
  /** What an earlier process had read, and nobody has taken over. */
  catchUp(me: { readonly id: string; readonly lid?: string }): Promise<void>;
}

/**
 * Hears what people write to the number itself: no groups, broadcasts or channels, nothing that its owner wrote on
 * another device, and nothing from before it was linked.
 */
export function watchInbound(
  { baileys, socket, inbox }: { baileys: Baileys; socket: WASocket; inbox: Inbox },
  connectionId: string,
  take: TakeInbound,
): Hearing {
  const hear = async (message: WAMessage): Promise<void> => {
    const forget = (): void => {
      // Kept by mistake, it comes twice, and has the same key.
      inbox.forget(message).catch(() => undefined);
    };
    const inbound = await inboundOf(baileys, socket, connectionId, message);
    if (inbound === undefined) forget();
    else take(inbound, forget);
  };
  inbox.watch(socket);
  socket.ev.on('messages.upsert', ({ messages }) => {
    // Without the store there is no name for a hidden person; the session is over then, and the inbox has the message.
    for (const message of messages) hear(message).catch(() => undefined);
  });
  return {
    async catchUp(me) {
      for (const message of await inbox.left(me)) await hear(message);
    },
  };
}

async function inboundOf(
  baileys: Baileys,
  socket: WASocket,
  connectionId: string,
  { key, message, messageTimestamp, pushName }: WAMessage,
): Promise<InboundMessage | undefined> {
  const { remoteJid, remoteJidAlt, fromMe, id } = key;
  // A message that could not be read has no content; it is asked for again, and comes as another event.
  if (fromMe || !id || !remoteJid || !message) return undefined;
  if (phoneOf(remoteJid) === undefined && userIdOf(remoteJid) === undefined) return undefined;
  const found = contentOf(baileys, message);
  if (found === undefined) return undefined;
  const other = remoteJidAlt ?? (await otherAddress(socket, remoteJid));
  const from = personOf(remoteJid, other, pushName);
  return {
    kind: 'message',
    key: `message:${from.userId ?? from.phone ?? ''}:${id}`,
    connectionId,
    at: new Date(Number(messageTimestamp ?? 0) * 1_000),
    providerMessageId: id,
    from,
    ...found,
  };
}

/** The number of a hidden person, or the hidden name of a number, where this session has learnt it. */
function otherAddress({ signalRepository }: WASocket, address: string): Promise<string | null> {
  const { lidMapping } = signalRepository;
  return userIdOf(address) === undefined ? Promise.resolve(null) : lidMapping.getPNForLID(address);
}
