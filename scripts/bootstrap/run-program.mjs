import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { projectEnvironment, projectNode, root } from './paths.mjs';
import { onLauncherDeath } from './launcher.mjs';

/**
 * Runs a program of the repository on the project's Node, in the current folder, and resolves with its exit code.
 * Signals are passed on; the program learns of this process's sudden death by the end of its IPC channel, and of
 * the death of an `npm` in between as of a SIGTERM.
 *
 * @param {string[]} args path of the program relative to the root, then its arguments
 * @returns {Promise<number>}
 */
export function runProgram([program, ...args]) {
  const child = spawn(projectNode(), [`${root}/${program}`, ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: projectEnvironment(),
  });
  // A terminal sends Ctrl-C to the program as well: passing it on would count as pressing it twice.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  const stopWatching = onLauncherDeath(() => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      stopWatching();
      resolve(signal ? 128 + constants.signals[signal] : (code ?? 1));
    });
  });
}
