import { describe, expect, it } from 'vitest';
import { runCli } from './run-cli.ts';

async function run(args: string[], env: Record<string, string> = {}) {
  const printed: string[] = [];
  const told: string[] = [];
  const never = new AbortController().signal;
  const code = await runCli(args, {
    env,
    signal: never,
    force: never,
    print: (line) => printed.push(line),
    tell: (line) => told.push(line),
  });
  return { code, printed: printed.join('\n'), told: told.join('\n') };
}

describe('zaphub', () => {
  it('lists its commands', async () => {
    const { code, printed } = await run(['--help']);
    expect(code).toBe(0);
    expect(printed).toMatch(/start +Start everything on this machine/);
  });

  it('speaks Portuguese in a Portuguese terminal', async () => {
    const { printed } = await run([], { LANG: 'pt_BR.UTF-8' });
    expect(printed).toMatch(/start +Inicia tudo nesta máquina/);
  });

  it.each(['nonsense', 'toString', '__proto__'])(
    'answers 2 for the command %s, which does not exist',
    async (name) => {
      const { code, printed, told } = await run([name]);
      expect([code, printed]).toEqual([2, '']);
      expect(told).toContain(`There is no command "${name}".`);
      expect(told).toContain('Usage: zaphub COMMAND');
    },
  );

  it('refuses an argument that nobody would hear, before anything happens', async () => {
    const { code, printed, told } = await run(['start', '--port', '4500']);
    expect([code, printed]).toEqual([2, '']);
    expect(told).toContain('"--port" was not understood and nothing was done');
  });

  it('tells a problem as a sentence and a remedy, in the language of the terminal', async () => {
    const env = { ZAPHUB_PORT: '99999', LANG: 'pt_BR.UTF-8' };
    const { code, told } = await run(['migrate'], env);
    expect(code).toBe(1);
    expect(told).toContain('A configuração (variáveis de ambiente) tem problemas:\n  ZAPHUB_PORT: ');
    expect(told).toContain('Nada foi iniciado.');
  });
});
