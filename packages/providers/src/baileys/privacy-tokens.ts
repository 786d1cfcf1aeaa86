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
  const holder = await tokens.resolveTcTokenJid(address, getLIDForPN);
  const known = (await authState.keys.get('tctoken', [holder]))[holder];
  const isGood = known !== undefined && known.token.length > 0 && !tokens.isTcTokenExpired(known.timestamp);
  return isGood ? [{ tag: 'tctoken', attrs: {}, content: known.token }] : [];
}

/** Gives a person a token of ours after a message, once a week as WhatsApp Web does. Never rejects. */
export type GiveToken = (address: string) => Promise<void>;

export function createGiveToken({ tokens }: Baileys, socket: WASocket): GiveToken {
  const { authState, signalRepository, serverProps } = socket;
  const { keys } = authState;
  const underWay = new Set<string>();
  const getLIDForPN = (pn: string): Promise<string | null> => signalRepository.lidMapping.getLIDForPN(pn);
  const getPNForLID = (lid: string): Promise<string | null> => signalRepository.lidMapping.getPNForLID(lid);

  const give = async (address: string): Promise<void> => {
    const holder = await tokens.resolveTcTokenJid(address, getLIDForPN);
    const known = (await keys.get('tctoken', [holder]))[holder];
    if (!tokens.shouldSendNewTcToken(known?.senderTimestamp)) return;
    const at = Math.floor(Date.now() / 1_000);
    const toLid = serverProps.lidTrustedTokenIssueToLid;
    const to = await tokens.resolveIssuanceJid(address, toLid, getLIDForPN, getPNForLID);
    const result = await socket.issuePrivacyTokens([to], at);
    await tokens.storeTcTokensFromIqResult({ result, fallbackJid: holder, keys, getLIDForPN });
    const now = (await keys.get('tctoken', [holder]))[holder];
    await keys.set({
      tctoken: {
        [holder]: { token: Buffer.alloc(0), ...now, senderTimestamp: at },
        ...(await tokens.buildMergedTcTokenIndexWrite(keys, [holder])),
      },
    });
  };

  return async (address) => {
    if (underWay.has(address)) return;
    underWay.add(address);
    // What fails here is given with the next message to this person.
    await give(address).catch(() => undefined);
    underWay.delete(address);
  };
}
