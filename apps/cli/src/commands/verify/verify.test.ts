import { createTenant, createTestDatabase } from '@zaphub/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verify } from './verify.ts';

type Opened = Awaited<ReturnType<typeof createTestDatabase>>;

describe('zaphub verify', () => {
  let database: Opened;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.close());

  const run = async (
    args: string[],
    language: 'en' | 'pt-BR' = 'en',
  ): Promise<{ code: number; printed: string[] }> => {
    const printed: string[] = [];
    const signal = new AbortController().signal;
    const code = await verify({
      args,
      env: {
        DATABASE_URL: database.urls.owner,
        DATABASE_API_URL: database.urls.api,
        DATABASE_SYSTEM_URL: database.urls.system,
        SUPABASE_URL: 'http://127.0.0.1:1',
        SUPABASE_PUBLISHABLE_KEY: 'key',
        SIMULATOR_JOURNAL_DIR: '/nowhere',
      },
      language,
      signal,
      force: signal,
      print: (line) => printed.push(line),
      tell: () => undefined,
    });
    return { code, printed };
  };

  it('says of each invariant that it holds, and exits with 0', async () => {
    const { code, printed } = await run([]);
    expect(code).toBe(0);
    expect(printed.filter((line) => line.startsWith('✔'))).toHaveLength(9);
    expect(printed.at(-1)).toBe('All invariants hold.');
  });

  it('names what is violated with ids, in the reader’s language, and exits with 1', async () => {
    const { tenantId, connectionId } = await createTenant(database.system);
    const { id } = await database.system.system((tx) =>
      tx.one<{ id: string }>(
        `insert into campaigns (tenant_id, name, body, connection_id, audience) values ($1, 'x', 'x', $2, '{"kind":"all"}')
         returning id`,
        [tenantId, connectionId],
      ),
    );
    await database.system.system((tx) =>
      tx.run('insert into campaign_counters (campaign_id, tenant_id, total, sent) values ($1, $2, 1, 1)', [
        id,
        tenantId,
      ]),
    );
    const { code, printed } = await run([], 'pt-BR');
    expect(code).toBe(1);
    expect(printed).toContain('✘ counters: os totais mostrados conferem com os registros (1)');
    expect(printed.some((line) => line.includes(id))).toBe(true);
    const json = await run(['--json']);
    expect(JSON.parse(json.printed[0] ?? '')).toMatchObject({ isClean: false });
  });

  it('refuses what is not an option or not a campaign', async () => {
    await expect(run(['--nonsense'])).rejects.toMatchObject({ name: 'PlainError' });
    await expect(run(['--campaign', 'ten_123'])).rejects.toMatchObject({ name: 'PlainError' });
  });
});
