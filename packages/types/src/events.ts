import { z } from 'zod';
import { campaignCounters, campaignStall, campaignStatus, messageState } from './campaigns.ts';
import { connection } from './connections.ts';
import { conversation } from './conversations.ts';
import { publicId } from './ids.ts';
import { importJob } from './imports.ts';

/**
 * What travels on `GET /events` (Server-Sent Events): `event:` is the type, `data:` the whole event as JSON, `id:`
 * is `epoch.offset` of the tenant. `reset` says that the gap cannot be replayed: read the state again. `closing`
 * is the last thing before the server ends the stream: come back with `Last-Event-ID` after the `retry:` time.
 */
export const liveEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('campaign.changed'),
    data: z.object({
      id: publicId('campaign'),
      status: campaignStatus,
      counters: campaignCounters,
      rate_per_second: z.number().nullable(),
      /** Why it stands still; absent where nothing is said about it. */
      stall: campaignStall.nullable().optional(),
    }),
  }),
  z.object({ type: z.literal('import.changed'), data: importJob.omit({ detected: true, mapping: true }) }),
  /** The connection as `GET /connections` shows it now; a code itself is never in an event, which outlives it. */
  z.object({ type: z.literal('connection.changed'), data: connection }),
  /** A message came or went: the conversation as it is listed now. */
  z.object({ type: z.literal('conversation.changed'), data: conversation }),
  /** What has become of a message that was sent by itself. */
  z.object({
    type: z.literal('message.changed'),
    data: z.object({
      id: publicId('message'),
      connection_id: publicId('connection'),
      contact_id: publicId('contact'),
      state: messageState,
      reason: z.string().nullable(),
    }),
  }),
  z.object({ type: z.literal('reset'), data: z.object({ reason: z.string() }) }),
  z.object({ type: z.literal('closing'), data: z.object({ reason: z.string() }) }),
]);
export type LiveEvent = z.infer<typeof liveEvent>;
