import type { Conversation } from '@zaphub/types';
import type { QueryClient } from '@tanstack/react-query';
import { askAgain, patchLists } from '#lib/patch-lists.ts';

/** A message came or went: the lists show it, and whoever reads that conversation gets it. */
export function applyConversationEvent(
  queryClient: QueryClient,
  tenantId: string | null,
  conversation: Conversation,
): void {
  const lists = [tenantId, 'conversations', 'list'];
  patchLists<Conversation>(queryClient, lists, conversation);
  askAgain(queryClient, { queryKey: lists });
  queryClient.setQueryData([tenantId, 'conversations', 'one', conversation.id], conversation);
  void queryClient.invalidateQueries({ queryKey: [tenantId, 'conversations', 'messages', conversation.id] });
}
