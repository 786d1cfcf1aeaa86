import { spawn } from 'node:child_process';

/**
 * Runs one step of a check and tells its name, result and duration. Its output is shown when it fails.
 *
 * @param {{ name: string, command: string[], cwd: string, env: NodeJS.ProcessEnv }} step
 * @returns {Promise<boolean>} whether it succeeded
 */
export async function runStep({ name, command: [program, ...args], cwd, env }) {
  const startedAt = performance.now();
  const { code, output } = await capture(program, args, { cwd, env });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  if (code !== 0) process.stdout.write(output);
  console.log(`${code === 0 ? '✔' : '✘'} ${name} (${seconds} s)`);
  return code === 0;
}

function capture(program, args, options) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      ...options,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
    child.once('error', (error) => resolve({ code: 1, output: `${error.message}\n` }));
    child.once('close', (code) => resolve({ code, output }));
  });
}
