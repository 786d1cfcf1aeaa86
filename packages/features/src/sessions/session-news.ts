import type { Database, Listener, TenantScope, Tx } from '@zaphub/db';
import { type AccountNotice, type SessionEvent, sessionEventOf } from '@zaphub/providers';
import type { Logger } from '@zaphub/telemetry';
import { z } from 'zod';

const channel = 'zaphub_session_news';
const mostDetail = 300;

const lostCause = z.enum(['retry', 'logged_out', 'replaced', 'banned', 'expired', 'refused']);
const news = z.object({
  connectionId: z.string(),
  event: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('connected') }),
    z.object({ kind: z.literal('lost'), cause: lostCause, detail: z.string() }),
  ]),
});

/** Takes what a gateway said about a session that is open in this process. */
export type SessionNewsTaker = (connectionId: string, event: SessionEvent) => void;

/**
 * Tells whichever process keeps the session what a gateway's webhook said about it, when the transaction commits. Only
 * a shortcut: a process that does not hear it finds out by asking the gateway.
 */
export async function tellSessionNews(
  tx: Tx,
  _scope: TenantScope,
  connectionId: string,
  notices: readonly AccountNotice[],
): Promise<void> {
  for (const notice of notices) {
    const event = sessionEventOf(notice);
    // A code is shown by whoever asked for it; it does not travel.
    if (event?.kind !== 'connected' && event?.kind !== 'lost') continue;
    const told =
      event.kind === 'lost'
        ? { kind: event.kind, cause: event.cause, detail: (event.detail ?? '').slice(0, mostDetail) }
        : { kind: event.kind };
    await tx.run('select pg_notify($1, $2)', [channel, JSON.stringify({ connectionId, event: told })]);
  }
}

/** Begins to hear what `tellSessionNews` tells; `take` passes over sessions that are not open here. */
export function listenForSessionNews(
  deps: { readonly db: Database; readonly logger: Logger },
  take: SessionNewsTaker,
): Promise<Listener> {
  return deps.db.listen(channel, (payload) => {
    const read = news.safeParse(jsonOf(payload));
    if (read.success) take(read.data.connectionId, read.data.event);
    else deps.logger.warn('news of a session could not be read');
  });
}

function jsonOf(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    // Of somebody else on the channel.
    return undefined;
  }
}
