import { createDatabase } from '@zaphub/db';
import { isCredentialsKey, type KeyRing, readKeyRing, resealAll } from '@zaphub/features';
import type { RunCommand } from '../../command.ts';
import { parseConfig } from '../../config.ts';
import { PlainError } from '../../plain-error.ts';
import { createProgressLines } from '../../progress-lines.ts';
import {
  addCredentialsKey,
  type CredentialsKeys,
  dropPreviousKeys,
  keysOfEnvironment,
  loadCredentialsKeys,
} from '../../services/credentials-keys.ts';
import { openServices } from '../../services/open-services.ts';
import { texts } from './texts.ts';

/**
 * `zaphub credentials rotate`: seals everything that tenants entrusted to us with a new key. With keys in the
 * environment it seals with the current one what the previous ones have sealed, while everything runs. Else it makes
 * the new key itself, in the home folder, and ZapHub must be stopped meanwhile: running processes would not know it.
 * May be cut off and run again.
 */
export const credentials: RunCommand = async ({ args, env, language, signal, print, tell }) => {
  if (args.length !== 1 || args[0] !== 'rotate') throw new PlainError(texts.badUsage, texts.usage);
  const config = parseConfig(env);
  const given = keysOfEnvironment(env);
  const progress = createProgressLines(tell);
  const services = await openServices(config, {
    language,
    progress,
    signal,
    attach: given !== undefined,
  });
  const db = createDatabase({
    connectionString: services.urls.system,
    applicationName: 'zaphub-credentials',
  });
  try {
    const keys = given ?? (await beginRotation(config.homeDir));
    progress.step(texts.sealing[language]);
    const count = await resealAll(db, ringOf(keys), signal);
    if (given === undefined) await dropPreviousKeys(config.homeDir, keys);
    progress.done();
    print((given === undefined ? texts.rotated(count) : texts.resealed(count))[language]);
    return 0;
  } finally {
    await db.close();
    await services.close();
  }
};

/** A rotation that was cut off goes on with the key that it had made. */
async function beginRotation(homeDir: string): Promise<CredentialsKeys> {
  const keys = await loadCredentialsKeys({}, homeDir);
  return keys.previous.length > 0 ? keys : addCredentialsKey(homeDir);
}

function ringOf(keys: CredentialsKeys): KeyRing {
  if (![keys.current, ...keys.previous].every(isCredentialsKey)) {
    throw new PlainError(texts.badKey, texts.keyForm);
  }
  return readKeyRing(keys.current, keys.previous.join(','));
}
