import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const index = fileURLToPath(new URL('./index.ts', import.meta.url));

/** Runs a kernel of one plugin, with `start` as its body, in a process of its own. */
function run(start: string): { child: ReturnType<typeof spawn>; ended: Promise<[number | null, string]> } {
  const script = `import { createKernel, definePlugin, runKernel } from ${JSON.stringify(index)};
    const say = (level) => (message, fields) => console.log(level, message, fields?.error?.message ?? '');
    const log = { debug: say('debug'), info: say('info'), error: say('error'), fatal: say('fatal'),
      close: async () => console.log('log closed') };
    const waiting = setInterval(() => undefined, 60_000);
    const part = definePlugin({ name: 'part', start: async (_apis, { signal }) => { ${start} } });
    const options = { name: 'process', shutdownTimeoutMs: 1_000, showsBootTree: false };
    console.log('runs', await runKernel({ kernel: createKernel([part]), log }, options));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return { child, ended: once(child, 'close').then(([code]: (number | null)[]) => [code ?? null, output]) };
}

const close = `close: () => console.log('part closed')`;

test('an error that nobody caught closes everything and ends the process with 1', async () => {
  const { ended } = run(`setTimeout(() => { throw new Error('lost') }, 50); return { api: 1, ${close} };`);
  const [code, output] = await ended;
  expect(code).toBe(1);
  expect(output).toContain('runs true\nfatal an error nobody caught lost\ninfo stopping');
  expect(output).toContain('part closed\nlog closed\n');
});

test('a close that fails is told, and does not keep the process', async () => {
  const failing = `close: () => { throw new Error('stuck') }`;
  const { ended } = run(`setTimeout(() => process.kill(process.pid), 50); return { api: 1, ${failing} };`);
  const [code, output] = await ended;
  expect(code).toBe(0);
  expect(output).toContain('error not everything closed could not close cleanly: part (stuck)');
});

test('told to stop while it starts, it ends with 0 and never runs', async () => {
  const { child, ended } = run(`console.log('starting'); await new Promise((resolve) => {
    signal.addEventListener('abort', resolve, { once: true }); }); throw signal.reason;`);
  child.stdout?.once('data', () => child.kill('SIGTERM'));
  const [code, output] = await ended;
  expect(code).toBe(0);
  expect(output).not.toContain('runs true');
  expect(output).not.toContain('did not start');
});

test('a part that cannot start is named, and ends the process with 1', async () => {
  const [code, output] = await run(`throw new Error('no room');`).ended;
  expect(code).toBe(1);
  expect(output).toContain('fatal the process did not start: plugin "part" failed to start: no room');
  expect(output).not.toContain('runs');
});
