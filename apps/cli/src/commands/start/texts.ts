import type { Text } from '../../language.ts';

/** What `zaphub start` says. */
export const texts = {
  migrating: { en: 'Updating the database schema', 'pt-BR': 'Atualizando o esquema do banco de dados' },
  starting: { en: 'Starting ZapHub', 'pt-BR': 'Iniciando o ZapHub' },
  stopping: { en: 'Stopping', 'pt-BR': 'Encerrando' },
  stopped: {
    en: 'Stopped. Everything is saved; `npm start` continues where this ended.',
    'pt-BR': 'Encerrado. Tudo está salvo; `npm start` continua de onde parou.',
  },
  stopHint: { en: 'Press Ctrl-C to stop.', 'pt-BR': 'Pressione Ctrl-C para encerrar.' },
} satisfies Record<string, Text>;

/** The last lines of a start. */
export function readyText(address: string, token: string | undefined, seconds: string): Text {
  const setup = {
    en:
      token === undefined
        ? ''
        : `\n  Setup token: ${token}\n  (asked once, to make you the owner; it stops working after that)\n  Or open ${address}/setup#token=${token}`,
    'pt-BR':
      token === undefined
        ? ''
        : `\n  Token de configuração: ${token}\n  (pedido uma vez, para tornar você o proprietário; depois deixa de valer)\n  Ou abra ${address}/setup#token=${token}`,
  };
  return {
    en: `\n  ZapHub is ready (${seconds} s).\n  Dashboard:   ${address}${setup.en}\n`,
    'pt-BR': `\n  O ZapHub está pronto (${seconds} s).\n  Painel:      ${address}${setup['pt-BR']}\n`,
  };
}

/** Told when the api or the worker ended by itself. */
export function crashText(name: string, how: string, pauseMs: number): Text {
  const seconds = pauseMs / 1000;
  return {
    en: `${name} stopped by itself (${how}); starting it again in ${seconds} s. Work in progress is kept.`,
    'pt-BR': `${name} parou sozinho (${how}); será iniciado de novo em ${seconds} s. O trabalho em andamento foi mantido.`,
  };
}

/** Told when the api never got ready. */
export const notReady = {
  text: { en: 'ZapHub did not get ready.', 'pt-BR': 'O ZapHub não ficou pronto.' },
  remedy: {
    en: 'The lines above that begin with "api" or "worker" say why. Your data is safe; run `npm run zaphub -- doctor` to check this machine.',
    'pt-BR':
      'As linhas acima que começam com "api" ou "worker" dizem o motivo. Seus dados estão seguros; execute `npm run zaphub -- doctor` para verificar esta máquina.',
  },
} satisfies Record<string, Text>;
