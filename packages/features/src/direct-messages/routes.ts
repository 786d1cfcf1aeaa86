import {
  acceptedMessage,
  AppError,
  directMessage,
  directMessageInput,
  messageDetail,
  messageListQuery,
  pageOf,
  toPublicId,
} from '@zaphub/types';
import { z } from 'zod';
import { findConnection } from '../connections/index.ts';
import { defineRoute, paginate } from '../routing/index.ts';
import type { Route } from '../routing/index.ts';
import { sendDirectMessage } from './actions/send-direct-message.ts';
import { presentDirectMessage, presentMessageDetail } from './present.ts';
import { getMessage, listAttempts, listDirectMessages } from './queries.ts';

/** `/connections/:id/send` and `/messages`: one message to one person. */
export const directMessageRoutes: readonly Route[] = [
  defineRoute({
    method: 'POST',
    path: '/connections/:connection_id/send',
    auth: 'tenant',
    role: 'operator',
    ids: { connection_id: 'connection' },
    body: directMessageInput,
    reply: acceptedMessage,
    status: 202,
    idempotency: 'own',
    summary: 'Sends one message to one person, before what campaigns have waiting on that number.',
    handle: async ({ deps, scope, ids, body, idempotencyKey }) => {
      const { messageId } = await sendDirectMessage(deps, scope, {
        ...body,
        connectionId: ids.connection_id,
        idempotencyKey,
      });
      return { id: toPublicId('message', messageId), state: 'pending' as const };
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/connections/:connection_id/messages',
    auth: 'tenant',
    ids: { connection_id: 'connection' },
    query: messageListQuery,
    reply: pageOf(directMessage),
    summary: 'Lists the messages that were sent one by one from a number, newest first.',
    handle: async ({ deps, scope, ids, query, cursors }) => {
      const filter = { connectionId: ids.connection_id, state: query.state };
      const connection = await deps.db.tenant(scope, (tx) => findConnection(scope, tx, ids.connection_id));
      if (!connection) throw new AppError('not_found', 'no such connection');
      return paginate(cursors, query, {
        key: z.number().int(),
        fetch: (before, take) =>
          deps.db.tenant(scope, (tx) => listDirectMessages(scope, tx, filter, before, take)),
        keyOf: (row) => row.position,
        present: presentDirectMessage,
      });
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/messages/:message_id',
    auth: 'tenant',
    ids: { message_id: 'message' },
    reply: messageDetail,
    summary: 'Reads one message with what is known of each try.',
    handle: ({ deps, scope, ids }) =>
      deps.db.tenant(scope, async (tx) => {
        const row = await getMessage(scope, tx, ids.message_id);
        return presentMessageDetail(row, await listAttempts(scope, tx, ids.message_id));
      }),
  }),
];
