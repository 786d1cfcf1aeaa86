import { PlainError } from '../../plain-error.ts';

/** What was asked for cannot be done; the message ends with how to ask. */
export class UsageError extends PlainError {
  /** @param argument the argument that is wrong, or nothing when that cannot be said */
  constructor(argument: string, options?: ErrorOptions) {
    const name = argument.startsWith('-') ? argument : `--${argument}`;
    super(
      {
        en: `${name} is missing or not understood.`,
        'pt-BR': `${name} está faltando ou não foi entendido.`,
      },
      { en: `Nothing was started. ${usage}`, 'pt-BR': `Nada foi iniciado. ${usage}` },
      options,
    );
  }
}

const usage = 'npm run demo -- --contacts FILE [--country BR] [--template TEXT] [--speed N|max] [--json]';
