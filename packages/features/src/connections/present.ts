import { toPublicId } from '@zaphub/types';
import type { Connection } from '@zaphub/types';
import type { ConnectionRow } from './queries.ts';

/** A connection as the api shows it; its settings hold secrets and stay inside. */
export function presentConnection(row: ConnectionRow): Connection {
  return {
    id: toPublicId('connection', row.id),
    name: row.name,
    provider: row.provider,
    status: row.status,
    rate_per_second: row.rate_per_second === null ? null : Number(row.rate_per_second),
  };
}
