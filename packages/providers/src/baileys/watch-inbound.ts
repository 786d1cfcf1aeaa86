import type { WAMessage, WASocket } from 'baileys';
import type { InboundMessage } from '../inbound.ts';
import { personOf, phoneOf, userIdOf } from './addresses.ts';
import { contentOf } from './inbound-content.ts';
import type { Baileys } from './load-baileys.ts';

/**
 * Hears what people write to the number itself: no groups, broadcasts or channels, nothing that its owner wrote on
 * another device, and nothing from before it was linked.
 */
export function watchInbound(
  baileys: Baileys,
  socket: WASocket,
  connectionId: string,
  take: (message: InboundMessage) => void,
): void {
  socket.ev.on('messages.upsert', ({ messages }) => {
    for (const message of messages) {
      inboundOf(baileys, socket, connectionId, message).then(
        (inbound) => inbound && take(inbound),
        // Without the store there is no name for a hidden person: the session is over anyway.
        () => undefined,
      );
    }
  });
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
