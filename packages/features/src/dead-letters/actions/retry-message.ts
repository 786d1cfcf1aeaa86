import type { Database, TenantScope } from '@zaphub/db';
import { AppError, type RedriveObstacle } from '@zaphub/types';
import { obstacleWords } from '../obstacle-words.ts';
import { redrive } from './redrive.ts';

/**
 * Sends one message that failed again.
 * @throws AppError `not_found`, `conflict` when it has not failed or must not be sent, with why in `details.obstacle`
 */
export async function retryMessage(
  deps: { db: Database },
  scope: TenantScope,
  messageId: string,
): Promise<void> {
  const { redriven, left } = await redrive(deps, scope, { messageIds: [messageId] });
  if (redriven > 0) return;
  // One message was left for one reason; Object.keys forgets which keys it was given.
  const [obstacle = 'not_failed'] = Object.keys(left) as RedriveObstacle[];
  throw new AppError('conflict', `the message cannot be sent again: ${obstacle}`, {
    publicMessage: obstacleWords[obstacle],
    details: { obstacle },
  });
}
