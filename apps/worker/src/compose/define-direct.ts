import type { Database } from '@zaphub/db';
import { directChannel, type SendingEngine } from '@zaphub/features';
import { type AnyPlugin, definePlugin, type Plugin } from '@zaphub/kernel';
import { jobs, type Queues } from '@zaphub/queues';
import type { Logger } from '@zaphub/telemetry';

/**
 * Hears of direct messages the moment they are committed and has them sent, past the queue and its slots. What is
 * missed while the connection is away comes through the queue.
 */
export function defineDirect(
  needs: { database: Plugin<Database>; engine: Plugin<SendingEngine>; queues: Plugin<Queues> },
  logger: Logger,
): AnyPlugin {
  return definePlugin<undefined, typeof needs>({
    name: 'direct-messages',
    dependsOn: needs,
    start: async ({ database, engine, queues }) => {
      const send = async (payload: string): Promise<void> => {
        const [tenantId = '', connectionId = ''] = payload.split(' ');
        try {
          const { nextInMs } = await engine.sendDirect(connectionId);
          if (nextInMs === undefined) return;
          await queues.add(jobs['message.send'], { tenantId, connectionId }, { delayMs: nextInMs });
        } catch (error) {
          // The queue brings it, and the reconciler rings for work that nobody is at.
          logger.warn('a direct message could not be sent at once', { connection: connectionId, error });
        }
      };
      const listener = await database.listen(directChannel, (payload) => void send(payload));
      return { api: undefined, close: () => listener.close() };
    },
  });
}
