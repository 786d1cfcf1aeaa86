import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCredentialsKey, createKeyRing, readCredentials, writeCredentials } from '@zaphub/features';
import { Secret } from '@zaphub/providers';
import { createTenant, createTestDatabase, type TestTenant } from '@zaphub/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadCredentialsKeys } from '../../services/credentials-keys.ts';
import { credentials } from './credentials.ts';

type Opened = Awaited<ReturnType<typeof createTestDatabase>>;
type Ring = ReturnType<typeof createKeyRing>;

describe('zaphub credentials rotate', () => {
  let database: Opened;
  let tenant: TestTenant;
  let homeDir: string;
  beforeAll(async () => {
    database = await createTestDatabase();
    tenant = await createTenant(database.system);
    homeDir = await mkdtemp(join(tmpdir(), 'zaphub-credentials-'));
  });
  afterAll(async () => {
    await rm(homeDir, { recursive: true });
    await database.close();
  });

  const run = async (args: string[], env: Record<string, string> = {}): Promise<string[]> => {
    const printed: string[] = [];
    const signal = new AbortController().signal;
    await credentials({
      args,
      env: {
        ZAPHUB_HOME: homeDir,
        DATABASE_URL: database.urls.owner,
        DATABASE_API_URL: database.urls.api,
        DATABASE_SYSTEM_URL: database.urls.system,
        SUPABASE_URL: 'http://127.0.0.1:1',
        SUPABASE_PUBLISHABLE_KEY: 'key',
        ...env,
      },
      language: 'en',
      signal,
      force: signal,
      print: (line) => printed.push(line),
      tell: () => undefined,
    });
    return printed;
  };

  const write = (ring: Ring, token: string): Promise<void> =>
    database.system.tenant(tenant.scope, (tx) =>
      writeCredentials(tx, ring, tenant.scope, {
        connectionId: tenant.connectionId,
        values: { access_token: new Secret(token) },
      }),
    );

  const read = async (ring: Ring): Promise<string | undefined> => {
    const found = await database.system.tenant(tenant.scope, (tx) =>
      readCredentials(tx, ring, tenant.connectionId),
    );
    return found['access_token']?.reveal();
  };

  it('makes a new key, seals everything with it and forgets the old one', async () => {
    const before = await loadCredentialsKeys({}, homeDir);
    await write(createKeyRing({ key: new Secret(before.current) }), 'EAAG-1');
    expect(await run(['rotate'])).toEqual([expect.stringContaining('Done: 1 values are sealed')]);
    const after = await loadCredentialsKeys({}, homeDir);
    expect(after).toEqual({ current: expect.not.stringMatching(before.current), previous: [] });
    expect(await readFile(join(homeDir, 'credentials.json'), 'utf8')).not.toContain(before.current);
    expect(await read(createKeyRing({ key: new Secret(after.current) }))).toBe('EAAG-1');
  });

  it('seals with the key of the environment what the previous ones have sealed, and makes none', async () => {
    const [old, key] = [createCredentialsKey(), createCredentialsKey()];
    await write(createKeyRing({ key: old }), 'EAAG-2');
    const env = {
      ZAPHUB_CREDENTIALS_KEY: key.reveal(),
      ZAPHUB_CREDENTIALS_PREVIOUS_KEYS: old.reveal(),
    };
    expect(await run(['rotate'], env)).toEqual([expect.stringContaining('may be emptied now')]);
    expect(await read(createKeyRing({ key }))).toBe('EAAG-2');
  });

  it('changes nothing when it is asked for something else, or a key is none', async () => {
    await expect(run([])).rejects.toThrow('not clear');
    await expect(run(['rotate'], { ZAPHUB_CREDENTIALS_KEY: 'short' })).rejects.toThrow('is not a key');
  });
});
