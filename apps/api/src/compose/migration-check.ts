import { pendingMigrations } from '@zaphub/db';
import { AppError } from '@zaphub/types';
import type { ApiConfig } from '../config.ts';

/**
 * Checks that the database has every migration that this code knows. Once it has them it keeps them, so they are
 * looked up only until then.
 */
export function createMigrationCheck(
  config: Pick<ApiConfig, 'databaseUrl' | 'migrationsDir'>,
): () => Promise<void> {
  let isAtHead = false;
  return async () => {
    if (isAtHead) return;
    const pending = await pendingMigrations({
      connectionString: config.databaseUrl,
      directory: config.migrationsDir,
    });
    if (pending.length > 0) throw new AppError('unavailable', `${pending.length} migrations are missing`);
    isAtHead = true;
  };
}
