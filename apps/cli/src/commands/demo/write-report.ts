import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Database, TenantScope } from '@zaphub/db';
import { reportLines } from '@zaphub/features';
import type { Locale } from '@zaphub/types';

/** Writes the campaign's report to `path`, making its folder; an aborted write leaves what was written so far. */
export async function writeReport(
  db: Database,
  scope: TenantScope,
  options: { campaignId: string; locale: Locale; path: string; signal: AbortSignal },
): Promise<void> {
  await mkdir(dirname(options.path), { recursive: true });
  await pipeline(reportLines({ db }, scope, options), createWriteStream(options.path, { mode: 0o600 }), {
    signal: options.signal,
  });
}
