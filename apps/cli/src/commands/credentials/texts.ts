import type { Text } from '../../language.ts';

/** What `zaphub credentials` says. */
export const texts = {
  badUsage: {
    en: 'It is not clear what to do with the credentials.',
    'pt-BR': 'Não está claro o que fazer com as credenciais.',
  },
  usage: {
    en: 'Nothing was changed. Use: zaphub credentials rotate',
    'pt-BR': 'Nada foi alterado. Use: zaphub credentials rotate',
  },
  badKey: {
    en: 'One of the keys for credentials is not a key.',
    'pt-BR': 'Uma das chaves das credenciais não é uma chave.',
  },
  keyForm: {
    en: 'Nothing was changed. A key is 32 random bytes in base64 (openssl rand -base64 32).',
    'pt-BR': 'Nada foi alterado. Uma chave são 32 bytes aleatórios em base64 (openssl rand -base64 32).',
  },
  sealing: { en: 'Sealing with the new key', 'pt-BR': 'Protegendo com a chave nova' },
  rotated: (count: number): Text => ({
    en: `Done: ${count} values are sealed with a new key, and the old one is gone. Keep a copy of credentials.json with your backups.`,
    'pt-BR': `Pronto: ${count} valores protegidos com uma chave nova, e a antiga não existe mais. Guarde uma cópia de credentials.json junto dos backups.`,
  }),
  resealed: (count: number): Text => ({
    en: `Done: ${count} values were sealed anew with ZAPHUB_CREDENTIALS_KEY. ZAPHUB_CREDENTIALS_PREVIOUS_KEYS may be emptied now.`,
    'pt-BR': `Pronto: ${count} valores protegidos de novo com ZAPHUB_CREDENTIALS_KEY. ZAPHUB_CREDENTIALS_PREVIOUS_KEYS já pode ficar vazia.`,
  }),
};
