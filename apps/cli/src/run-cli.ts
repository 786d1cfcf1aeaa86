import { EmbeddedError } from '@zaphub/embedded';
import type { CommandContext } from './command.ts';
import { commands } from './commands.ts';
import { detectLanguage, type Language, type Text } from './language.ts';
import { PlainError } from './plain-error.ts';

/**
 * Runs `zaphub NAME ARGUMENTS` and answers the exit code: 0 done, 1 failed (with a sentence and a remedy on
 * standard error), 2 no such command or an argument it does not take, 130 stopped on request before it was done.
 */
export async function runCli(
  argv: readonly string[],
  surroundings: Omit<CommandContext, 'args' | 'language'>,
): Promise<number> {
  const [name, ...args] = argv;
  const language = detectLanguage(surroundings.env);
  const context = { ...surroundings, args, language };
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    surroundings.print(help(language));
    return 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) {
    surroundings.tell(`${noSuchCommand(name)[language]}\n\n${help(language)}`);
    return 2;
  }
  const flags = command.flags ?? [];
  const unknown = args.find((argument) => !flags.includes(argument));
  if (unknown !== undefined && command.takesArguments !== true) {
    surroundings.tell(noSuchArgument(name, unknown, flags)[language]);
    return 2;
  }
  try {
    const run = await command.load();
    return await run(context);
  } catch (error) {
    if (isStop(error, surroundings.signal)) return 130;
    surroundings.tell(explain(error, language));
    return 1;
  }
}

function noSuchCommand(name: string): Text {
  return { en: `There is no command "${name}".`, 'pt-BR': `Não existe o comando "${name}".` };
}

/** Better than to start with a setting that was not heard. */
function noSuchArgument(name: string, argument: string, flags: readonly string[]): Text {
  const taken = flags.join(' ');
  const takes = {
    en: taken === '' ? 'takes no arguments' : `takes no other argument than ${taken}`,
    'pt-BR': taken === '' ? 'não recebe argumentos' : `não recebe outro argumento além de ${taken}`,
  };
  return {
    en: `"${name}" ${takes.en}; "${argument}" was not understood and nothing was done. Settings are environment variables, such as ZAPHUB_PORT=4500; README.md lists them.`,
    'pt-BR': `"${name}" ${takes['pt-BR']}; "${argument}" não foi entendido e nada foi feito. As configurações são variáveis de ambiente, como ZAPHUB_PORT=4500; o README.md traz a lista.`,
  };
}

/** Whether `error` is nothing but the consequence of being asked to stop. */
function isStop(error: unknown, signal: AbortSignal): boolean {
  if (!signal.aborted) return false;
  return error === signal.reason || (error instanceof Error && error.name === 'AbortError');
}

/** The words for a failure: a sentence and a remedy where there is one, else all there is to know. */
export function explain(error: unknown, language: Language): string {
  if (error instanceof PlainError || error instanceof EmbeddedError) {
    return `\n${error.text[language]}\n${error.remedy[language]}`;
  }
  return error instanceof Error ? `\n${error.stack ?? error.message}` : `\n${String(error)}`;
}

function help(language: Language): string {
  const usage = { en: 'Usage: zaphub COMMAND', 'pt-BR': 'Uso: zaphub COMANDO' }[language];
  const names = Object.keys(commands);
  const width = Math.max(...names.map((each) => each.length)) + 2;
  const lines = Object.entries(commands).map(
    ([name, { summary }]) => `  ${name.padEnd(width)}${summary[language]}`,
  );
  return [usage, '', ...lines].join('\n');
}
