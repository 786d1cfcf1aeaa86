import type { TenantScope, Tx } from '@zaphub/db';

/** A tenant's own words, and what it answers. */
export interface OptOutSettings {
  readonly stopWords: readonly string[];
  readonly startWords: readonly string[];
  /** Sent once when somebody opts out or in again by a message; null sends nothing. */
  readonly stopReply: string | null;
  readonly startReply: string | null;
}

/** Reads a tenant's settings; those of a tenant that never set any are empty. */
export async function readOptOutSettings(scope: TenantScope, tx: Tx): Promise<OptOutSettings> {
  const [row] = await tx.prepared<OptOutSettings>(
    'opt_out_settings',
    `select stop_words as "stopWords", start_words as "startWords", stop_reply as "stopReply",
       start_reply as "startReply" from opt_out_settings where tenant_id = $1`,
    [scope.tenantId],
  );
  return row ?? { stopWords: [], startWords: [], stopReply: null, startReply: null };
}

/** Stores a tenant's settings as a whole. */
export async function writeOptOutSettings(
  scope: TenantScope,
  tx: Tx,
  settings: OptOutSettings,
): Promise<void> {
  await tx.run(
    `insert into opt_out_settings (tenant_id, stop_words, start_words, stop_reply, start_reply)
     values ($1, $2, $3, $4, $5)
     on conflict (tenant_id) do update set stop_words = excluded.stop_words, start_words = excluded.start_words,
       stop_reply = excluded.stop_reply, start_reply = excluded.start_reply, updated_at = clock_timestamp()`,
    [scope.tenantId, settings.stopWords, settings.startWords, settings.stopReply, settings.startReply],
  );
}
