import { join } from 'node:path';
import type { Database } from '@zaphub/db';
import { createBeatFile, createFence, type Fence } from '@zaphub/features';
import { definePlugin, type Plugin } from '@zaphub/kernel';
import type { Logger } from '@zaphub/telemetry';

/** Whoever sends depends on it: a database that was restored from a copy is noticed before anything leaves. */
export function defineFence(
  needs: { database: Plugin<Database> },
  options: { readonly filesDir: string; readonly logger: Logger },
): Plugin<Fence, typeof needs> {
  return definePlugin<Fence, typeof needs>({
    name: 'fence',
    dependsOn: needs,
    start: async ({ database }) => {
      const file = createBeatFile(join(options.filesDir, 'installation.json'));
      const fence = createFence({ db: database, file, logger: options.logger });
      await fence.check();
      return { api: fence };
    },
  });
}
