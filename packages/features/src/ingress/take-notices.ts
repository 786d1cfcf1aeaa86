import type { TenantScope, Tx } from '@zaphub/db';
import type { AccountNotice, TemplateNotice } from '@zaphub/providers';
import { z } from 'zod';
import { holdConnection, recordConnectionEvent } from '../connections/index.ts';
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

/** What Meta says when it closes an account: nothing leaves until somebody has spoken to it. */
const ban = z.object({ ban_info: z.object({ waba_ban_state: z.string() }) });

/** Writes notices into the connection's history, and does what follows from them. */
export async function takeNotices(tx: Tx, scope: TenantScope, notices: Notices): Promise<void> {
  for (const notice of notices.account) {
    if (notice.field === 'session') continue;
    const connectionId = notices.senders.connectionOf(notice.sender);
    if (connectionId === undefined) continue;
    const detail = JSON.stringify(notice.value);
    await recordConnectionEvent(tx, scope, {
      connectionId,
      type: 'connection.notice',
      cause: [notice.field, notice.event].filter(Boolean).join(':').toLowerCase(),
      detail,
    });
    if (ban.safeParse(notice.value).data?.ban_info.waba_ban_state === 'DISABLE') {
      await holdConnection(tx, scope, connectionId, { cause: 'account_restricted', detail });
    }
  }
  const session = notices.account.filter(({ field }) => field === 'session');
  if (session.length > 0) await notices.takeSessionNews?.(tx, scope, notices.connectionId, session);
  if (notices.templates.length > 0) await noteTemplates(tx, scope, notices.connectionId, notices.templates);
}
