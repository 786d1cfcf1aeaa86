import { toPublicId } from '@zaphub/types';
import type { Selection } from './select-messages.ts';

/** Which messages were meant, as the log keeps it: a cause by its parts, messages by the first ten and their number. */
export function selectionDetails(
  selection: Selection,
  outcome: Readonly<Record<string, unknown>>,
): { subject: string; details: Record<string, unknown> } {
  if ('cause' in selection) {
    const { campaignId, connectionId, code } = selection.cause;
    return {
      subject: toPublicId('campaign', campaignId),
      details: { connection_id: toPublicId('connection', connectionId), code, ...outcome },
    };
  }
  const [first, ...others] = selection.messageIds;
  return {
    subject: first === undefined ? '' : toPublicId('message', first),
    details: {
      ...(others.length === 0
        ? {}
        : {
            messages: selection.messageIds.length,
            also: others.slice(0, 9).map((id) => toPublicId('message', id)),
          }),
      ...outcome,
    },
  };
}
