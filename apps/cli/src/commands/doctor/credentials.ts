import { createDatabase } from '@zaphub/db';
import { isCredentialsKey, readKeyRing, usedKeyIds } from '@zaphub/features';
import type { CredentialsKeys } from '../../services/credentials-keys.ts';
import type { Finding } from './finding.ts';

/**
 * Whether what tenants entrusted to us can be opened with the keys that are here. Says nothing while nothing is
 * sealed, or while the schema is too old to say.
 */
export async function checkCredentials(
  systemUrl: string,
  keys: CredentialsKeys | undefined,
): Promise<Finding[]> {
  const given = keys === undefined ? [] : [keys.current, ...keys.previous];
  if (!given.every(isCredentialsKey)) return [notAKey];
  const database = createDatabase({ connectionString: systemUrl, maxConnections: 1 });
  try {
    const { isThere } = await database.system((tx) =>
      tx.one<{ isThere: boolean }>(`select to_regclass('public.session_keys') is not null as "isThere"`),
    );
    const used = isThere ? await usedKeyIds(database) : [];
    if (used.length === 0) return [];
    const ring = readKeyRing(keys?.current, keys?.previous.join(','));
    return [used.every((id) => ring.has(id)) ? opens : locked];
  } finally {
    await database.close();
  }
}

const opens: Finding = {
  ok: true,
  what: {
    en: 'The credentials of connections can be opened',
    'pt-BR': 'As credenciais das conexões podem ser abertas',
  },
};

const locked: Finding = {
  ok: false,
  what: {
    en: 'Some credentials of connections were sealed with a key that is not here',
    'pt-BR': 'Algumas credenciais das conexões foram protegidas com uma chave que não está aqui',
  },
  remedy: {
    en: 'Restore credentials.json (or ZAPHUB_CREDENTIALS_KEY) from where your backups are; or type the tokens again and connect the numbers anew.',
    'pt-BR':
      'Restaure credentials.json (ou ZAPHUB_CREDENTIALS_KEY) de onde ficam seus backups; ou digite os tokens e conecte os números de novo.',
  },
};

const notAKey: Finding = {
  ok: false,
  what: {
    en: 'One of the keys for credentials is not a key',
    'pt-BR': 'Uma das chaves das credenciais não é uma chave',
  },
  remedy: {
    en: 'A key is 32 random bytes in base64 (openssl rand -base64 32).',
    'pt-BR': 'Uma chave são 32 bytes aleatórios em base64 (openssl rand -base64 32).',
  },
};
