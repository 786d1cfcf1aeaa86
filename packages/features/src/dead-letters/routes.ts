import type { TenantScope, Tx } from '@zaphub/db';
import {
  acceptedMessage,
  deadLetter,
  deadLetterCauses,
  type DeadLetterDetail,
  deadLetterDetail,
  deadLetterPatch,
  deadLetterQuery,
  deadLetterSelection,
  type DeadLetterSelection,
  discardResult,
  fromPublicId,
  pageOf,
  redriveResult,
  toPublicId,
} from '@zaphub/types';
import { z } from 'zod';
import { defineRoute, paginate, type Route } from '../routing/index.ts';
import { correctNumber } from './actions/correct-number.ts';
import { discard } from './actions/discard.ts';
import { redrive } from './actions/redrive.ts';
import { retryMessage } from './actions/retry-message.ts';
import { presentCause, presentDeadLetter, presentDetail } from './present.ts';
import { assertCauseExists, getDeadLetter, listCauses, listDeadLetters, listTries } from './queries.ts';
import type { Selection } from './select-messages.ts';

const mostCauses = 200;

/** `/dead-letters`: messages that came to nothing, by why; mended, sent again, or left so. */
export const deadLetterRoutes: readonly Route[] = [
  defineRoute({
    method: 'GET',
    path: '/dead-letters',
    auth: 'tenant',
    reply: deadLetterCauses,
    summary: 'Lists why messages failed, each cause with how many, the latest first.',
    handle: async ({ deps, scope }) => {
      const rows = await deps.db.tenant(scope, (tx) => listCauses(scope, tx, mostCauses + 1));
      const data = rows.slice(0, mostCauses).map(presentCause);
      return {
        data,
        has_more: rows.length > mostCauses,
        total: data.reduce((sum, { count }) => sum + count, 0),
      };
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/dead-letters/messages',
    auth: 'tenant',
    query: deadLetterQuery,
    reply: pageOf(deadLetter),
    summary: 'Lists the messages that failed, all or those of a cause.',
    handle: async ({ deps, scope, query, cursors }) => {
      const filter = {
        campaignId: query.campaign_id && fromPublicId('campaign', query.campaign_id),
        connectionId: query.connection_id && fromPublicId('connection', query.connection_id),
        code: query.code,
      };
      await deps.db.tenant(scope, (tx) => assertCauseExists(scope, tx, filter));
      return paginate(cursors, query, {
        key: z.uuid(),
        fetch: (after, take) =>
          deps.db.tenant(scope, (tx) => listDeadLetters(scope, tx, filter, { after, take })),
        keyOf: (row) => row.message_id,
        present: presentDeadLetter,
      });
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/dead-letters/redrive',
    auth: 'tenant',
    role: 'operator',
    body: deadLetterSelection,
    reply: redriveResult,
    summary: 'Sends failed messages again: these, or all of a cause. Never to whoever opted out.',
    handle: ({ deps, scope, body }) => redrive(deps, scope, readSelection(body)),
  }),
  defineRoute({
    method: 'POST',
    path: '/dead-letters/discard',
    auth: 'tenant',
    role: 'operator',
    body: deadLetterSelection,
    reply: discardResult,
    summary: 'Takes failed messages off the list: these, or all of a cause. They stay failed.',
    handle: ({ deps, scope, body }) => discard(deps, scope, readSelection(body)),
  }),
  defineRoute({
    method: 'GET',
    path: '/dead-letters/:message_id',
    auth: 'tenant',
    ids: { message_id: 'message' },
    reply: deadLetterDetail,
    summary: 'Reads one failed message with what the network said at each try.',
    handle: ({ deps, scope, ids }) => deps.db.tenant(scope, (tx) => readDetail(scope, tx, ids.message_id)),
  }),
  defineRoute({
    method: 'PATCH',
    path: '/dead-letters/:message_id',
    auth: 'tenant',
    role: 'operator',
    ids: { message_id: 'message' },
    body: deadLetterPatch,
    reply: deadLetterDetail,
    summary: 'Corrects the number of the contact, for all failed messages to them; sends nothing.',
    handle: async ({ deps, scope, ids, body }) => {
      await correctNumber(deps, scope, { messageId: ids.message_id, phone: body.phone });
      return deps.db.tenant(scope, (tx) => readDetail(scope, tx, ids.message_id));
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/messages/:message_id/retry',
    auth: 'tenant',
    role: 'operator',
    ids: { message_id: 'message' },
    reply: acceptedMessage,
    status: 202,
    summary: 'Sends one failed message again.',
    handle: async ({ deps, scope, ids }) => {
      await retryMessage(deps, scope, ids.message_id);
      return { id: toPublicId('message', ids.message_id), state: 'pending' as const };
    },
  }),
];

async function readDetail(scope: TenantScope, tx: Tx, messageId: string): Promise<DeadLetterDetail> {
  const row = await getDeadLetter(scope, tx, messageId);
  return presentDetail(row, await listTries(scope, tx, messageId));
}

function readSelection(body: DeadLetterSelection): Selection {
  if ('cause' in body) {
    const { campaign_id: campaign, connection_id: connection, code } = body.cause;
    return {
      cause: {
        campaignId: uuidOf('campaign', campaign),
        connectionId: uuidOf('connection', connection),
        code,
      },
    };
  }
  return { messageIds: body.message_ids.map((id) => uuidOf('message', id)) };
}

function uuidOf(kind: 'campaign' | 'connection' | 'message', id: string): string {
  const uuid = fromPublicId(kind, id);
  // The schema has accepted it as one.
  if (uuid === undefined) throw new TypeError(`not a ${kind} id: ${id}`);
  return uuid;
}
