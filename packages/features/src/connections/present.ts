import { toPublicId } from '@zaphub/types';
import type { Connection, ConnectionDetail } from '@zaphub/types';
import type { ConnectionDetailRow, ConnectionRow } from './queries.ts';

/** A connection as the api shows it in lists and in events. */
export function presentConnection(row: ConnectionRow): Connection {
  return {
    id: toPublicId('connection', row.id),
    name: row.name,
    provider: row.provider,
    status: row.status,
    status_cause: row.status_cause,
    status_detail: row.status_detail,
    status_at: row.status_at.toISOString(),
    phone: row.phone,
    profile_name: row.profile_name,
    hold:
      row.hold_cause === null
        ? null
        : { cause: row.hold_cause, detail: row.hold_detail, until: row.hold_until?.toISOString() ?? null },
    code:
      row.code_kind === null || row.code_expires_at === null
        ? null
        : { kind: row.code_kind, expires_at: row.code_expires_at.toISOString() },
    rate_per_second: row.rate_per_second === null ? null : Number(row.rate_per_second),
    created_at: row.created_at.toISOString(),
  };
}

/** One connection with its settings; what it keeps secret stays inside. */
export function presentConnectionDetail(row: ConnectionDetailRow): ConnectionDetail {
  return { ...presentConnection(row), settings: row.settings, credentials: row.credentials };
}
