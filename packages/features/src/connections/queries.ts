import type { TenantScope, Tx } from '@zaphub/db';
import type { Connection } from '@zaphub/types';

/** A connection as it is stored. */
export interface ConnectionRow {
  id: string;
  name: string;
  provider: Connection['provider'];
  status: Connection['status'];
  status_cause: string | null;
  status_detail: string | null;
  status_at: Date;
  phone: string | null;
  profile_name: string | null;
  /** Null for a hold that has ended, too. */
  hold_cause: string | null;
  hold_detail: string | null;
  hold_until: Date | null;
  /** Of the code that can be scanned or typed now. */
  code_kind: 'qr' | 'pairing_code' | null;
  code_expires_at: Date | null;
  /** Messages a second; `numeric` comes as text. */
  rate_per_second: string | null;
  created_at: Date;
}

/** A connection with what its people set for it. */
export interface ConnectionDetailRow extends ConnectionRow {
  settings: Record<string, unknown>;
  /** The names of what it keeps secret. */
  credentials: string[];
}

const columns = `s.id, s.name, s.provider, s.status, s.status_cause, s.status_detail, s.status_at, s.phone,
  s.profile_name, h.cause as hold_cause, h.detail as hold_detail, h.until as hold_until, c.kind as code_kind,
  c.expires_at as code_expires_at, s.rate_per_second, s.created_at`;

/** A hold ends, and a code dies, by the database's clock, whether or not somebody has swept it away. */
const tables = `connections s
  left join lateral (
    select s.hold_cause as cause, s.hold_detail as detail, s.hold_until as until
    where s.hold_cause is not null and (s.hold_until is null or s.hold_until > clock_timestamp())) h on true
  left join connection_codes c on c.connection_id = s.id and c.expires_at > clock_timestamp()`;

/** All connections of the tenant (a handful), oldest first; not those that were deleted. */
export async function listConnections(scope: TenantScope, tx: Tx): Promise<ConnectionRow[]> {
  return tx.rows<ConnectionRow>(
    `select ${columns} from ${tables} where s.tenant_id = $1 and s.deleted_at is null order by s.id limit 1000`,
    [scope.tenantId],
  );
}

/** The named connection, or the tenant's first; `undefined` when there is none or it was deleted. */
export async function findConnection(
  scope: TenantScope,
  tx: Tx,
  id: string | undefined,
): Promise<ConnectionRow | undefined> {
  return tx.maybeOne<ConnectionRow>(
    `select ${columns} from ${tables}
     where s.tenant_id = $1 and ($2::uuid is null or s.id = $2) and s.deleted_at is null order by s.id limit 1`,
    [scope.tenantId, id ?? null],
  );
}

/** The named connection with its settings; `undefined` when there is none or it was deleted. */
export async function findConnectionDetail(
  scope: TenantScope,
  tx: Tx,
  id: string,
): Promise<ConnectionDetailRow | undefined> {
  return tx.maybeOne<ConnectionDetailRow>(
    `select ${columns}, s.settings,
       array(select name from connection_credentials k where k.connection_id = s.id order by name) as credentials
     from ${tables} where s.tenant_id = $1 and s.id = $2 and s.deleted_at is null`,
    [scope.tenantId, id],
  );
}
