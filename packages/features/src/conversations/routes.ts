import {
  AppError,
  campaignReplies,
  contactConversations,
  conversation,
  conversationListQuery,
  conversationMessage,
  conversationReply,
  fromPublicId,
  pageOf,
  pageQuery,
} from '@zaphub/types';
import { z } from 'zod';
import { defineRoute, paginate } from '../routing/index.ts';
import type { Route } from '../routing/index.ts';
import { markRead } from './actions/mark-read.ts';
import { sendReply } from './actions/send-reply.ts';
import { presentConversation, presentConversationMessage } from './present.ts';
import {
  conversationsOf,
  findConversations,
  hasConversation,
  listConversations,
  listMessages,
  repliesTo,
} from './queries.ts';

const place = z.object({ at: z.string().max(40), id: z.uuid() });

/** `/conversations`: what people write, and what is answered. */
export const conversationRoutes: readonly Route[] = [
  defineRoute({
    method: 'GET',
    path: '/conversations',
    auth: 'tenant',
    query: conversationListQuery,
    reply: pageOf(conversation),
    summary: 'Lists conversations, the one with the newest message first.',
    handle: ({ deps, scope, query, cursors }) => {
      const filter = { unread: query.unread === 'true' };
      return paginate(cursors, query, {
        key: place,
        fetch: (after, take) =>
          deps.db.read(scope, (tx) => listConversations(scope, tx, filter, after, take)),
        keyOf: (row) => ({ at: row.last_at_text, id: row.id }),
        present: presentConversation,
      });
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/conversations/:conversation_id',
    auth: 'tenant',
    ids: { conversation_id: 'conversation' },
    reply: conversation,
    summary: 'Reads a conversation.',
    handle: async ({ deps, scope, ids }) => {
      const [row] = await deps.db.read(scope, (tx) => findConversations(scope, tx, [ids.conversation_id]));
      if (row === undefined) throw new AppError('not_found', 'no such conversation');
      return presentConversation(row);
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/contacts/:contact_id/conversations',
    auth: 'tenant',
    ids: { contact_id: 'contact' },
    reply: contactConversations,
    summary: 'Lists the conversations with a contact, one for each connection.',
    handle: async ({ deps, scope, ids }) => {
      const rows = await deps.db.read(scope, (tx) => conversationsOf(scope, tx, ids.contact_id));
      return { data: rows.map(presentConversation) };
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/campaigns/:campaign_id/replies',
    auth: 'tenant',
    ids: { campaign_id: 'campaign' },
    reply: campaignReplies,
    summary: 'Counts who answered a campaign, and who asked to get no more.',
    handle: ({ deps, scope, ids }) => deps.db.read(scope, (tx) => repliesTo(scope, tx, ids.campaign_id)),
  }),
  defineRoute({
    method: 'GET',
    path: '/conversations/:conversation_id/messages',
    auth: 'tenant',
    ids: { conversation_id: 'conversation' },
    query: pageQuery,
    reply: pageOf(conversationMessage),
    summary: 'Lists the messages of a conversation, newest first.',
    handle: async ({ deps, scope, ids, query, cursors }) => {
      const exists = await deps.db.read(scope, (tx) => hasConversation(scope, tx, ids.conversation_id));
      if (!exists) throw new AppError('not_found', 'no such conversation');
      return paginate(cursors, query, {
        key: place,
        fetch: (after, take) =>
          deps.db.read(scope, (tx) => listMessages(scope, tx, ids.conversation_id, after, take)),
        keyOf: (row) => ({ at: row.occurred_at_text, id: row.id }),
        present: presentConversationMessage,
      });
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/conversations/:conversation_id/read',
    auth: 'tenant',
    role: 'operator',
    ids: { conversation_id: 'conversation' },
    reply: conversation,
    summary: 'Notes that a conversation has been read.',
    handle: async ({ deps, scope, ids }) =>
      presentConversation(await markRead(deps, scope, ids.conversation_id)),
  }),
  defineRoute({
    method: 'POST',
    path: '/conversations/:conversation_id/reply',
    auth: 'tenant',
    role: 'operator',
    ids: { conversation_id: 'conversation' },
    body: conversationReply,
    reply: conversationMessage,
    status: 202,
    idempotency: 'required',
    summary: 'Answers in a conversation, before what campaigns have waiting on that number.',
    handle: async ({ deps, scope, ids, body, idempotencyKey }) =>
      presentConversationMessage(
        await sendReply(deps, scope, {
          conversationId: ids.conversation_id,
          content: body.content,
          answersId: body.answers && fromPublicId('conversation_message', body.answers),
          idempotencyKey,
        }),
      ),
  }),
];
