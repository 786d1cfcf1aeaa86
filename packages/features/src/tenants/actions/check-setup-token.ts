import type { Database } from '@zaphub/db';
import { AppError } from '@zaphub/types';
import { isClaimed } from '../queries.ts';
import { hashSetupToken } from '../setup-token.ts';

/**
 * Says whether a token opens this installation, without using it up.
 * @throws AppError `already_set_up`, `setup_token_invalid`
 */
export async function checkSetupToken(db: Database, token: string): Promise<void> {
  const { valid } = await db.system((tx) =>
    tx.one<{ valid: boolean | null }>('select app.is_setup_token($1) as valid', [hashSetupToken(token)]),
  );
  if (valid !== true) throw await setupRefusal(db);
}

/** Why a token was refused: too late, or wrong. */
export async function setupRefusal(db: Database): Promise<AppError> {
  return (await isClaimed(db))
    ? new AppError('already_set_up', 'the installation has an owner')
    : new AppError('setup_token_invalid', 'the setup token is wrong');
}
