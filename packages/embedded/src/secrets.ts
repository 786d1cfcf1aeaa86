import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedError, explainFileError } from './embedded-error.ts';

/** Passwords and keys of one home folder, made at random once. */
export interface Secrets {
  /** Postgres passwords by login role. */
  readonly passwords: Readonly<Record<'superuser' | 'owner' | 'api' | 'system' | 'authenticator', string>>;
  /** HS256 key that signs the users' access tokens. */
  readonly jwtSecret: string;
  readonly publishableKey: string;
  readonly secretKey: string;
}

/**
 * Reads `<homeDir>/secrets.json`, or creates it, readable by its owner only. Rights that were widened since are
 * narrowed again.
 *
 * @throws EmbeddedError `start_failed` for a file that is not ours, `not_writable`, `disk_full`
 */
export async function loadSecrets(homeDir: string): Promise<Secrets> {
  const path = join(homeDir, 'secrets.json');
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw explainFileError(error, path);
  });
  if (text === undefined) return createSecrets(path);
  await chmod(path, 0o600).catch((error: unknown) => {
    throw explainFileError(error, path);
  });
  return parseSecrets(text, path);
}

async function createSecrets(path: string): Promise<Secrets> {
  const secrets: Secrets = {
    passwords: {
      superuser: randomText(24),
      owner: randomText(24),
      api: randomText(24),
      system: randomText(24),
      authenticator: randomText(24),
    },
    jwtSecret: randomText(48),
    publishableKey: `sb_publishable_${randomText(24)}`,
    secretKey: `sb_secret_${randomText(24)}`,
  };
  const unfinished = `${path}.${randomUUID()}`;
  try {
    const file = await open(unfinished, 'wx', 0o600);
    await file.writeFile(`${JSON.stringify(secrets, undefined, 2)}\n`);
    await file.sync();
    await file.close();
    await rename(unfinished, path);
  } catch (error) {
    throw explainFileError(error, path);
  }
  return secrets;
}

function parseSecrets(text: string, path: string): Secrets {
  try {
    // Checked field by field below.
    const value = JSON.parse(text) as Partial<Secrets>;
    const { passwords, jwtSecret, publishableKey, secretKey } = value;
    const texts = [...Object.values(passwords ?? {}), jwtSecret, publishableKey, secretKey];
    if (passwords && texts.length === 8 && jwtSecret && publishableKey && secretKey) {
      if (texts.every((each) => typeof each === 'string' && each.length >= 20)) {
        return { passwords, jwtSecret, publishableKey, secretKey };
      }
    }
  } catch {
    // Not JSON: told below.
  }
  throw secretsError(path);
}

/** The error for a secrets file that is damaged, or does not fit the data beside it. */
export function secretsError(path: string, cause?: unknown): EmbeddedError {
  return new EmbeddedError(
    'start_failed',
    {
      en: `The file ${path} is damaged or was replaced, and the database cannot be opened without the right one.`,
      'pt-BR': `O arquivo ${path} está danificado ou foi trocado, e sem o arquivo certo o banco de dados não abre.`,
    },
    {
      en: 'The data was not touched. Restore the file from a backup, or move the whole folder away to begin anew.',
      'pt-BR':
        'Os dados não foram alterados. Restaure o arquivo de um backup ou mova a pasta inteira para começar do zero.',
    },
    { cause },
  );
}

function randomText(bytes: number): string {
  return randomBytes(bytes).toString('base64url');
}
