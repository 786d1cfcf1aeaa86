import { z } from 'zod';
import type { SessionEvent } from '../../session.ts';
import type { AccountNotice } from '../../webhook-source.ts';

/** Kinds of webhook that tell about the number's session. */
export const sessionTypes: ReadonlySet<string> = new Set([
  'Connected',
  'Disconnected',
  'LoggedOut',
  'QRTimeout',
  'PairError',
  'PairSuccess',
  'TemporaryBan',
  'StreamReplaced',
  'ConnectFailure',
  'ClientOutdated',
]);

const field = 'session';
const reasonOf = z.object({ reason: z.number() });
const banOf = z.object({ code: z.number(), expire: z.number().optional() });

/** What whatsmeow calls the reasons of WhatsApp for refusing a connection. */
const tempBanned = 402;
const banned = 406;

/** The notice of a webhook about the session; `value` with its names in small letters. */
export function sessionNoticeOf(type: string, value: unknown): AccountNotice {
  // Such a webhook says neither when it happened nor anything that would tell two of them apart.
  return { key: `session:${type}:${JSON.stringify(value)}`, field, event: type, value };
}

/** What a notice means for the session; `undefined` for one that changes nothing by itself, or is not about it. */
export function sessionEventOf(notice: AccountNotice): SessionEvent | undefined {
  if (notice.field !== field) return undefined;
  const lost = (
    cause: Extract<SessionEvent, { kind: 'lost' }>['cause'],
    detail = notice.event ?? '',
  ): SessionEvent => ({
    kind: 'lost',
    cause,
    detail,
  });
  const reason = reasonOf.safeParse(notice.value).data?.reason;
  switch (notice.event ?? '') {
    case 'Connected':
      return { kind: 'connected' };
    case 'LoggedOut':
      return lost(reason === banned ? 'banned' : 'logged_out', `LoggedOut ${reason ?? ''}`.trim());
    case 'TemporaryBan': {
      const { code, expire } = banOf.safeParse(notice.value).data ?? {};
      const hours = expire === undefined ? '' : `, for ${Math.ceil(expire / 3_600e9)} h`;
      return lost('banned', `TemporaryBan ${code ?? ''}${hours}`);
    }
    case 'StreamReplaced':
      return lost('replaced');
    case 'ClientOutdated':
      return lost('refused', 'the gateway is too old for WhatsApp');
    case 'QRTimeout':
    case 'PairError':
      return lost('expired');
    case 'ConnectFailure':
      if (reason === tempBanned || reason === banned) return lost('banned', `ConnectFailure ${reason}`);
      return lost('retry', `ConnectFailure ${reason ?? ''}`.trim());
    default:
      // The gateway reconnects by itself: only a disconnection that lasts is one.
      return undefined;
  }
}
