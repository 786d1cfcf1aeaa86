import type { TenantScope, Tx } from '@zaphub/db';
import type { AccountNotice, TemplateNotice } from '@zaphub/providers';
import { z } from 'zod';
import { holdConnection, recordConnectionEvent, releaseConnection } from '../connections/index.ts';
import { noteTemplates } from '../cloud-api/index.ts';
import type { Senders } from './senders.ts';

/** Hears what a gateway says about the session of a number. */
export type TakeSessionNews = (
  tx: Tx,
  scope: TenantScope,
  connectionId: string,
  notices: readonly AccountNotice[],
) => Promise<void>;

export interface Notices {
  readonly connectionId: string;
  readonly senders: Senders;
  readonly account: readonly AccountNotice[];
  readonly templates: readonly TemplateNotice[];
  readonly takeSessionNews?: TakeSessionNews | undefined;
}

/** What Meta says when it closes an account, and when it opens it again. */
const ban = z.object({ ban_info: z.object({ waba_ban_state: z.string() }) });
const banned = 'account_restricted';

/** Writes notices into the connection's history, and does what follows from them. */
export async function takeNotices(tx: Tx, scope: TenantScope, notices: Notices): Promise<void> {
  for (const notice of notices.account) {
    const connectionId = notices.senders.connectionOf(notice.sender);
    if (notice.field !== 'session' && connectionId !== undefined)
      await takeNotice(tx, scope, connectionId, notice);
  }
  const session = notices.account.filter(({ field }) => field === 'session');
  if (session.length > 0) await notices.takeSessionNews?.(tx, scope, notices.connectionId, session);
  if (notices.templates.length > 0) await noteTemplates(tx, scope, notices.connectionId, notices.templates);
}

async function takeNotice(
  tx: Tx,
  scope: TenantScope,
  connectionId: string,
  { field, event, value }: AccountNotice,
): Promise<void> {
  const cause = (event === undefined ? field : `${field}:${event}`).toLowerCase();
  const detail = JSON.stringify(value).slice(0, 500);
  if (await isCopy(tx, scope, connectionId, { field, cause, detail })) return;
  await recordConnectionEvent(tx, scope, { connectionId, type: 'connection.notice', cause, detail });
  const state = ban.safeParse(value).data?.ban_info.waba_ban_state;
  if (state === 'DISABLE') await holdConnection(tx, scope, connectionId, { cause: banned, detail });
  if (state === 'REINSTATE') await releaseConnection(tx, scope, connectionId, { cause: banned });
}

/** A notice has no id: what says the same as the last one of its kind is that one once more. */
async function isCopy(
  tx: Tx,
  scope: TenantScope,
  connectionId: string,
  notice: { readonly field: string; readonly cause: string; readonly detail: string },
): Promise<boolean> {
  const [last] = await tx.rows<{ cause: string; detail: string }>(
    `select cause, detail from connection_events
     where tenant_id = $1 and connection_id = $2 and type = 'connection.notice' and split_part(cause, ':', 1) = $3
     order by id desc limit 1`,
    [scope.tenantId, connectionId, notice.field.toLowerCase()],
  );
  return last?.cause === notice.cause && last.detail === notice.detail;
}
