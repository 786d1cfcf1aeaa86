import type { TenantScope, Tx } from '@zaphub/db';
import { createDirectMessage } from '../direct-messages/index.ts';
import { sendAddresses } from '../identity/index.ts';
import type { OptOutChange, OptOutSettings } from '../opt-outs/index.ts';
import { addOutbound } from './add-outbound.ts';

/** Somebody who asked by a message to get no more, or to get messages again. */
export interface Asked {
  readonly contactId: string;
  readonly memberId: string;
  readonly action: 'opt_out' | 'opt_in';
  readonly connectionId: string;
  readonly conversationId: string;
  readonly key: string;
  readonly providerMessageId: string;
}

/**
 * Tells people that what they asked for is done, where the tenant has words for it: once for each change, in the
 * conversation it was asked in. Beside an answer to what they write later, the one message that goes to somebody who
 * has opted out.
 */
export async function confirmWishes(
  tx: Tx,
  scope: TenantScope,
  settings: OptOutSettings,
  wishes: { readonly asked: readonly Asked[]; readonly changes: readonly OptOutChange[] },
): Promise<void> {
  const texts = { opt_out: settings.stopReply, opt_in: settings.startReply };
  const changed = new Map(wishes.changes.map((change) => [change.contactId, change.action]));
  const due = new Map(
    wishes.asked
      .filter((each) => texts[each.action] !== null && changed.get(each.contactId) === each.action)
      .map((each) => [each.contactId, each]),
  );
  if (due.size === 0) return;
  const addresses = await sendAddresses(tx, scope, [...due.values()]);
  for (const [nth, each] of [...due.values()].entries()) {
    const [address, text] = [addresses[nth], texts[each.action]];
    // Nowhere to write to: the opt-out counts all the same.
    if (address === undefined || text === null) continue;
    const content = { kind: 'text', text } as const;
    const { messageId } = await createDirectMessage(tx, scope, {
      connectionId: each.connectionId,
      contactId: each.memberId,
      address,
      content,
      replyTo: each.providerMessageId,
      idempotencyKey: `opt-out:${each.connectionId}:${each.key}`,
      despiteOptOut: 'confirmation',
    });
    await addOutbound(tx, scope, {
      ...each,
      contactId: each.memberId,
      messageId,
      kind: 'text',
      content,
      text,
    });
  }
}
