import type { BinaryNode, WASocket } from 'baileys';
import type { Baileys } from './load-baileys.ts';

/**
 * A person who knows us has given us a token, without which WhatsApp may refuse what we write (463): the node that
 * shows it, if there is one.
 */
export async function tokenNodes(
  { tokens }: Baileys,
  socket: WASocket,
  address: string,
): Promise<readonly BinaryNode[]> {
  if (!socket.serverProps.privacyTokenOn1to1) return [];
  const { authState, signalRepository } = socket;
  const getLIDForPN = (pn: string): Promise<string | null> => signalRepository.lidMapping.getLIDForPN(pn);
  return (await tokens.buildTcTokenFromJid({ authState, jid: address, getLIDForPN })) ?? [];
}

/** Gives the person a token of ours after a message, once a week as WhatsApp Web does. Never rejects. */
export async function giveToken({ tokens }: Baileys, socket: WASocket, address: string): Promise<void> {
  const { authState, signalRepository, serverProps } = socket;
  const { keys } = authState;
  const getLIDForPN = (pn: string): Promise<string | null> => signalRepository.lidMapping.getLIDForPN(pn);
  const getPNForLID = (lid: string): Promise<string | null> => signalRepository.lidMapping.getPNForLID(lid);
  try {
    const holder = await tokens.resolveTcTokenJid(address, getLIDForPN);
    const known = (await keys.get('tctoken', [holder]))[holder];
    if (!tokens.shouldSendNewTcToken(known?.senderTimestamp)) return;
    const at = Math.floor(Date.now() / 1_000);
    const to = await tokens.resolveIssuanceJid(
      address,
      serverProps.lidTrustedTokenIssueToLid,
      getLIDForPN,
      getPNForLID,
    );
    const result = await socket.issuePrivacyTokens([to], at);
    await tokens.storeTcTokensFromIqResult({ result, fallbackJid: holder, keys, getLIDForPN });
    const now = (await keys.get('tctoken', [holder]))[holder];
    await keys.set({
      tctoken: {
        [holder]: { token: Buffer.alloc(0), ...now, senderTimestamp: at },
        ...(await tokens.buildMergedTcTokenIndexWrite(keys, [holder])),
      },
    });
  } catch {
    // The next message to this person gives it.
  }
}
