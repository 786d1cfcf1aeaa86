import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { loadBaileys } from './load-baileys.ts';

describe('Baileys', () => {
  it('is not imported before a session is opened', async () => {
    const script = `
      import { registerHooks } from 'node:module';
      const seen = [];
      registerHooks({ resolve: (name, context, next) => (seen.push(name), next(name, context)) });
      await import(${JSON.stringify(import.meta.resolve('./create-baileys.ts'))});
      console.log(JSON.stringify(seen.filter((name) => /^(baileys|libsignal|whatsapp-rust)/.test(name))));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
    expect(JSON.parse(stdout)).toEqual([]);
  });

  it('tells no log of the keys it uses', async () => {
    await loadBaileys();
    const require = createRequire(fileURLToPath(import.meta.resolve('baileys')));
    const name = 'libsignal';
    const { SessionRecord } = require(name) as {
      SessionRecord: new () => { closeSession(session: unknown): void; openSession(session: unknown): void };
    };
    const said = [vi.spyOn(console, 'info'), vi.spyOn(console, 'warn')];
    const session = { indexInfo: { closed: -1 }, secret: 'key' };
    const record = new SessionRecord();
    record.closeSession(session);
    expect(session.indexInfo.closed).toBeGreaterThan(0);
    record.openSession(session);
    for (const spy of said) {
      expect(spy).not.toHaveBeenCalled();
      spy.mockRestore();
    }
  });
});
