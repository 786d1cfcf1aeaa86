import { spawn } from 'node:child_process';
import { projectEnvironment, root } from '../bootstrap/paths.mjs';

/**
 * Runs a program with its output shown as it comes, and resolves with its exit code (1 when it was ended by a
 * signal or could not start). It ends with this process.
 *
 * @param {string[]} command
 * @param {Record<string, string>} [env]
 * @param {string} [cwd]
 * @returns {Promise<number>}
 */
export function runLive([program, ...args], env = {}, cwd = root) {
  const child = spawn(program, args, {
    cwd,
    env: { ...projectEnvironment(), ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  const stop = () => child.kill('SIGTERM');
  process.on('exit', stop);
  return new Promise((resolve) => {
    const done = (code) => {
      process.off('exit', stop);
      resolve(code ?? 1);
    };
    child.once('error', (error) => {
      console.error(error.message);
      done(1);
    });
    child.once('exit', done);
  });
}
