import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { PlainError } from '../plain-error.ts';

/** The keys that seal what tenants entrust to this installation: one seals, all open. */
export interface CredentialsKeys {
  readonly current: string;
  /** Older first; empty unless a rotation has begun and not ended. */
  readonly previous: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

const keyFile = z.object({ current: z.string().min(43), previous: z.array(z.string().min(43)) });

/** The keys that the environment names; `undefined` when the home folder's file is to be used. */
export function keysOfEnvironment(env: Environment): CredentialsKeys | undefined {
  const current = env['ZAPHUB_CREDENTIALS_KEY'];
  if (current === undefined || current === '') return undefined;
  const previous = (env['ZAPHUB_CREDENTIALS_PREVIOUS_KEYS'] ?? '').split(',').map((key) => key.trim());
  return { current, previous: previous.filter((key) => key !== '') };
}

/**
 * The keys of the environment, or those in `<homeDir>/credentials.json`, which is made when there is none, readable by
 * its owner only.
 * @throws PlainError for a file that is damaged
 */
export async function loadCredentialsKeys(env: Environment, homeDir: string): Promise<CredentialsKeys> {
  return (
    keysOfEnvironment(env) ??
    (await readKeys(homeDir)) ??
    writeKeys(homeDir, { current: newKey(), previous: [] })
  );
}

/** As `loadCredentialsKeys`, but makes none. @throws PlainError for a file that is damaged */
export async function findCredentialsKeys(
  env: Environment,
  homeDir: string,
): Promise<CredentialsKeys | undefined> {
  return keysOfEnvironment(env) ?? readKeys(homeDir);
}

/** Begins a rotation of the file's keys: a new one seals, and all others stay for opening. */
export async function addCredentialsKey(homeDir: string): Promise<CredentialsKeys> {
  const before = await readKeys(homeDir);
  const previous = before === undefined ? [] : [...before.previous, before.current];
  return writeKeys(homeDir, { current: newKey(), previous });
}

/** Ends a rotation: whatever the old keys have sealed has been sealed anew. */
export async function dropPreviousKeys(homeDir: string, keys: CredentialsKeys): Promise<void> {
  await writeKeys(homeDir, { current: keys.current, previous: [] });
}

/** The keys as the api and the worker are told them. */
export function credentialsEnvironment(keys: CredentialsKeys): Record<string, string> {
  return {
    ZAPHUB_CREDENTIALS_KEY: keys.current,
    ZAPHUB_CREDENTIALS_PREVIOUS_KEYS: keys.previous.join(','),
  };
}

async function readKeys(homeDir: string): Promise<CredentialsKeys | undefined> {
  const path = join(homeDir, 'credentials.json');
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  await chmod(path, 0o600);
  const read = keyFile.safeParse(parseJson(text));
  if (!read.success) throw damaged(path);
  return read.data;
}

/** Whole or not at all: a key that is lost takes with it what it has sealed. */
async function writeKeys(homeDir: string, keys: CredentialsKeys): Promise<CredentialsKeys> {
  await mkdir(homeDir, { recursive: true });
  const path = join(homeDir, 'credentials.json');
  const unfinished = `${path}.${randomUUID()}`;
  const file = await open(unfinished, 'wx', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(keys, undefined, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(unfinished, path);
  return keys;
}

function newKey(): string {
  return randomBytes(32).toString('base64url');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function damaged(path: string): PlainError {
  return new PlainError(
    {
      en: `The file ${path} is damaged, and without its key the credentials of connections cannot be opened.`,
      'pt-BR': `O arquivo ${path} está danificado, e sem a chave dele as credenciais das conexões não abrem.`,
    },
    {
      en: 'The data was not touched. Restore the file from a backup; or move it away, and connect every number again.',
      'pt-BR':
        'Os dados não foram alterados. Restaure o arquivo de um backup; ou mova-o para outro lugar e conecte cada número de novo.',
    },
  );
}
