import { z } from 'zod';
import { defineRoute } from '../routing/index.ts';
import { listMemberships } from '../tenants/index.ts';
import { authorizeTopics } from './authorize-topics.ts';
import { parseTopics } from './topics.ts';

const eventsQuery = z.strictObject({
  topics: z
    .string()
    .max(4000)
    .optional()
    .meta({ idKinds: ['campaign', 'import', 'conversation'] }),
  last_event_id: z.string().max(64).optional(),
});

export const eventRoutes = [
  defineRoute({
    method: 'GET',
    path: '/events',
    auth: 'tenant',
    query: eventsQuery,
    reply: 'stream',
    summary: 'Live events of the tenant, or of the topics, as Server-Sent Events',
    handle: async ({ deps, scope, user, query, req, res }) => {
      const header = req.headers['last-event-id'];
      const topics = query.topics === undefined ? undefined : parseTopics(query.topics);
      if (topics !== undefined) await authorizeTopics(deps.db, scope, topics);
      await deps.hub.subscribe(
        {
          tenantId: scope.tenantId,
          userId: user.userId,
          topics,
          lastEventId: query.last_event_id ?? (Array.isArray(header) ? header[0] : header),
          expiresAt: user.expiresAt,
          isAllowed: async () =>
            (await listMemberships(deps.db, user.userId)).some(
              (membership) => membership.tenantId === scope.tenantId,
            ),
        },
        res,
      );
    },
  }),
];
