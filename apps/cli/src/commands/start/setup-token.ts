import { createHash, randomBytes } from 'node:crypto';
import { createDatabase } from '@zaphub/db';

/**
 * Makes a fresh one-time setup token while the installation has no owner, stores its hash and answers it; answers
 * `undefined` when somebody owns it already. A token printed by an earlier start stops working.
 *
 * @param systemUrl connection string of the engine's role
 */
export async function renewSetupToken(systemUrl: string): Promise<string | undefined> {
  const token = randomBytes(18).toString('base64url');
  const hash = createHash('sha256').update(token).digest();
  const database = createDatabase({ connectionString: systemUrl, maxConnections: 1 });
  try {
    const { stored } = await database.system((tx) =>
      tx.one<{ stored: boolean | null }>('select app.set_setup_token($1) as stored', [hash]),
    );
    return stored ? token : undefined;
  } finally {
    await database.close();
  }
}
