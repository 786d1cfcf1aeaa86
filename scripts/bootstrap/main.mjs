import { buildWebWhenStale } from './build-web.mjs';
import { commands } from './commands.mjs';
import { install } from './install.mjs';
import { runProgram } from './run-program.mjs';
import { PlainError } from './plain-error.mjs';
import { unsupportedSystem } from './supported-system.mjs';

/**
 * Brings the tree into a state where `command` can run, then runs it on the project's own Node and ends with its
 * exit code. Everything printed here goes to standard error: standard output belongs to the command.
 *
 * @param {string[]} args command name, then its arguments
 */
export async function main([name = 'start', ...args]) {
  try {
    const command = commands[name];
    if (!command) {
      throw new PlainError(
        { en: `There is no command "${name}".`, 'pt-BR': `O comando "${name}" não existe.` },
        {
          en: `Choose one of: ${Object.keys(commands).join(', ')}.`,
          'pt-BR': `Escolha um destes: ${Object.keys(commands).join(', ')}.`,
        },
      );
    }
    const problem = unsupportedSystem();
    if (problem) throw problem;
    await install();
    if (command.needsWeb) await buildWebWhenStale();
    process.exitCode = await runProgram([command.program, ...command.args, ...args]);
  } catch (error) {
    if (!(error instanceof PlainError)) throw error;
    process.stderr.write(`\n${error.message}\n${error.remedy}\n`);
    process.exitCode = 1;
  }
}
