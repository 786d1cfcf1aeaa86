import type { Mutex } from '@zaphub/concurrency';
import type { BinaryNode, proto, WASocket } from 'baileys';
import { withoutDevice } from './addresses.ts';
import type { Baileys } from './load-baileys.ts';
import { tokenNodes } from './privacy-tokens.ts';
import type { SentMessages } from './sent-messages.ts';

/** One message for one person, ready to be encrypted. */
export interface Outgoing {
  /** WhatsApp's id of it. */
  readonly id: string;
  readonly address: string;
  readonly message: proto.IMessage;
}

export type Relayed =
  | { readonly kind: 'written' }
  /** Nothing of it is on the wire. */
  | { readonly kind: 'not_written'; readonly code: string; readonly details?: string };

export interface RelayParts {
  readonly baileys: Baileys;
  readonly socket: WASocket;
  readonly ratchets: Mutex;
  readonly sent: SentMessages;
  /** Asked in the instant before the first byte; a word says why it must not leave. */
  readonly objection: () => string | undefined;
}

/**
 * Encrypts for every device of both sides, stores what the ratchets have become, and only then writes. Baileys' own
 * `sendMessage` stores after it has written: a process that dies in between would use a key twice, and the person's
 * phone would drop the next message as one it has seen. Storing first is a fence too: a process that has lost the
 * session cannot store, so it cannot write.
 *
 * Rejects only before anything was written.
 */
export async function relay(parts: RelayParts, { id, address, message }: Outgoing): Promise<Relayed> {
  const { baileys, socket, ratchets, sent, objection } = parts;
  const { lib } = baileys;
  const { authState } = socket;
  const me = authState.creds.me;
  const account = authState.creds.account;
  if (me === undefined || account === undefined) return { kind: 'not_written', code: 'session_down' };
  const own = withoutDevice(address.endsWith('@lid') && me.lid ? me.lid : me.id);
  const devices = (await socket.getUSyncDevices([own, address], true, false))
    .map(({ jid }) => jid)
    .filter((jid) => jid !== me.id && jid !== me.lid);
  const ours = devices.filter((jid) => [me.id, me.lid].some((mine) => mine && isSame(mine, jid)));
  const theirs = devices.filter((jid) => !ours.includes(jid));
  if (address !== own && theirs.length === 0) return { kind: 'not_written', code: 'recipient_unavailable' };
  await socket.assertSessions(devices);

  const copy: proto.IMessage = {
    deviceSentMessage: { destinationJid: address, message },
    ...(message.messageContextInfo ? { messageContextInfo: message.messageContextInfo } : {}),
  };
  const attrs = mediaAttrs(message);
  const encrypted = await ratchets.run(() =>
    authState.keys.transaction(async () => {
      const first = await socket.createParticipantNodes(ours, copy, attrs);
      const second = await socket.createParticipantNodes(theirs, message, attrs);
      await sent.keep(authState.keys, id, message);
      return {
        nodes: [...first.nodes, ...second.nodes],
        isGreeting: first.shouldIncludeDeviceIdentity || second.shouldIncludeDeviceIdentity,
        // One that cannot be encrypted for is left out without a word.
        isForPhone: address === own || second.nodes.some(({ attrs: to }) => !/:\d+@/.test(to['jid'] ?? '')),
      };
    }, me.id),
  );
  if (!encrypted.isForPhone) return { kind: 'not_written', code: 'recipient_unavailable' };

  const content: BinaryNode[] = [{ tag: 'participants', attrs: {}, content: encrypted.nodes }];
  if (encrypted.isGreeting) {
    const identity = lib.encodeSignedDeviceIdentity(account, true);
    content.push({ tag: 'device-identity', attrs: {}, content: identity });
  }
  const report = await reportNode(baileys, { id, address, message });
  if (report !== null) content.push(report);
  content.push(...(await tokenNodes(baileys, socket, address)));

  const code = socket.ws.isOpen ? objection() : 'session_down';
  if (code !== undefined) return { kind: 'not_written', code };
  const type = attrs['mediatype'] === undefined ? 'text' : 'media';
  // From here on it may be on its way, whatever this call says.
  socket.sendNode({ tag: 'message', attrs: { id, to: address, type }, content }).catch(() => undefined);
  return { kind: 'written' };
}

/** By which people can report the message to WhatsApp, as from any client. */
async function reportNode(
  { lib, reporting }: Baileys,
  { id, address, message }: Outgoing,
): Promise<BinaryNode | null> {
  if (!reporting.shouldIncludeReportingToken(message)) return null;
  const bytes = lib.encodeWAMessage(message);
  return reporting.getMessageReportingToken(bytes, message, { id, fromMe: true, remoteJid: address });
}

function mediaAttrs(message: proto.IMessage): Record<string, string> {
  if (message.imageMessage) return { mediatype: 'image' };
  if (message.videoMessage) return { mediatype: 'video' };
  if (message.audioMessage) return { mediatype: message.audioMessage.ptt ? 'ptt' : 'audio' };
  if (message.documentMessage) return { mediatype: 'document' };
  return message.stickerMessage ? { mediatype: 'sticker' } : {};
}

function isSame(one: string, other: string): boolean {
  return withoutDevice(one) === withoutDevice(other);
}
