import { createQueues, type QueueBackendOptions, type Queues } from '@zaphub/queues';
import type { Logger } from '@zaphub/telemetry';
import type { QueueAccess } from '../http/queue-endpoints.ts';

/**
 * The api's way to the queues, for operators alone: nothing is opened before one of them asks, and nothing of a request
 * depends on it. A failed opening is tried again at the next use.
 */
export function openQueueAccess(
  backend: QueueBackendOptions,
  logger: Logger,
): QueueAccess & { close(): Promise<void> } {
  let opening: Promise<Queues> | undefined;
  const open = (): Promise<Queues> =>
    (opening ??= createQueues({ backend, logger }).catch((error: unknown) => {
      opening = undefined;
      throw error;
    }));
  return {
    admin: async () => (await open()).admin,
    async close() {
      const opened = await opening?.catch(() => undefined);
      await opened?.close();
    },
  };
}
