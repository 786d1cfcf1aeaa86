import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createLogger, type LoggerOptions, type RootLogger } from './create-logger.ts';

function recording(options: Partial<LoggerOptions> = {}): { logger: RootLogger; lines: string[] } {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  return { logger: createLogger({ level: 'info', name: 'test', destination, ...options }), lines };
}

const parsed = (line: string | undefined): unknown => JSON.parse(line ?? 'null');

/** Runs a few lines that use the logger in a process of their own. */
function run(body: string): ReturnType<typeof spawn> {
  const module = fileURLToPath(new URL('./create-logger.ts', import.meta.url));
  const script = `import { createLogger } from ${JSON.stringify(module)};
    const logger = createLogger({ level: 'info', name: 'child' });
    ${body}`;
  return spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

describe('createLogger', () => {
  it('writes one JSON line with time, level as a word, name, message and fields', () => {
    const { logger, lines } = recording();
    logger.info('started', { port: 3000 });
    expect(lines).toHaveLength(1);
    expect(parsed(lines[0])).toMatchObject({
      level: 'info',
      name: 'test',
      pid: process.pid,
      msg: 'started',
      port: 3000,
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    });
  });

  it('keeps quiet below its level', () => {
    const { logger, lines } = recording({ level: 'warn' });
    logger.info('no');
    logger.debug('no');
    logger.warn('yes');
    expect(lines).toHaveLength(1);
    expect(recording({ level: 'silent' }).lines).toEqual([]);
  });

  it('adds a child’s bindings, masked, to each of its lines and to its own children', () => {
    const { logger, lines } = recording();
    logger.child({ tenant: 't1', token: 'abc' }).child({ lane: 7 }).warn('late');
    expect(parsed(lines[0])).toMatchObject({
      level: 'warn',
      tenant: 't1',
      token: '***',
      lane: 7,
      msg: 'late',
    });
  });

  it('masks secrets and phones in messages, fields and errors', () => {
    const { logger, lines } = recording();
    const error = new Error('no route to +5511987654321');
    logger.error('could not reach +5511987654321', {
      error,
      authorization: 'Bearer x',
      phone: '+5511987654321',
    });
    expect(lines[0]).not.toContain('87654321');
    expect(lines[0]).not.toContain('Bearer x');
    expect(parsed(lines[0])).toMatchObject({ error: { message: 'no route to ***21' }, phone: '***21' });
  });

  it.each([false, true])('cannot be made to start a line of its own (pretty: %s)', (pretty) => {
    const { logger, lines } = recording({ pretty });
    logger.info('name\r\n{"level":"fatal","msg":"forged"}\u001b[2J');
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain('\u001b[2J');
    expect(lines[0]?.trimEnd().split('\n')).toHaveLength(1);
  });

  it('writes for people when pretty', () => {
    const { logger, lines } = recording({ pretty: true });
    logger.info('started', { port: 3000 });
    expect(lines.join('')).toMatch(/INFO.*started/s);
    expect(lines.join('')).toContain('port: 3000');
  });
});

describe('standard output', () => {
  it('has every line when the process ends after close()', async () => {
    const child = run(`for (let i = 0; i < 500; i++) logger.info('line ' + i);
      await logger.close(); process.exit(0);`);
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await once(child, 'close');
    expect(output.trim().split('\n')).toHaveLength(500);
  });

  it('may be closed by its reader without ending the process', async () => {
    const child = run(`for (let i = 0; i < 200; i++) {
        logger.info('x'.repeat(5000));
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      await logger.close();
      process.exitCode = 7;`);
    child.stdout?.once('data', () => child.stdout?.destroy());
    const [code] = await once(child, 'exit');
    expect(code).toBe(7);
  });

  it('may be blocked by its reader without stopping the process', async () => {
    const child = run(`for (let i = 0; i < 2000; i++) logger.info('x'.repeat(1000));
      process.stderr.write('still alive');
      setInterval(() => undefined, 1000);`);
    // Nobody reads standard output: the pipe fills up after 64 kB.
    const [chunk] = await once(child.stderr ?? child, 'data');
    child.kill('SIGKILL');
    expect(String(chunk)).toBe('still alive');
  });
});
