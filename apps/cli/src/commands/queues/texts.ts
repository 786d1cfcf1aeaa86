import type { Text } from '../../language.ts';

const usage =
  'zaphub queues [list | failed QUEUE | pause [QUEUE] | resume [QUEUE] | clean [QUEUE] | drain QUEUE | retry QUEUE [ID]] ' +
  '[--limit N] [--older-than HOURS] [--state completed|failed] [--with-delayed] [--json]';

export const texts = {
  usage: { en: `Usage: ${usage}`, 'pt-BR': `Uso: ${usage}` },
  badOption: (message: string): Text => ({
    en: `That cannot be done: ${message}.`,
    'pt-BR': `Não é possível fazer isso: ${message}.`,
  }),
  noSuchQueue: (queue: string): Text => ({
    en: `There is no queue called ${queue}. Nothing was changed.`,
    'pt-BR': `Não existe fila chamada ${queue}. Nada foi mudado.`,
  }),
  whichQueues: (names: readonly string[]): Text => ({
    en: `The queues are: ${names.join(', ')}.`,
    'pt-BR': `As filas são: ${names.join(', ')}.`,
  }),
  needsQueue: (action: string): Text => ({
    en: `${action} is done to one queue: name it. Nothing was changed.`,
    'pt-BR': `${action} é feito em uma fila só: diga qual. Nada foi mudado.`,
  }),
  headings: {
    en: ['queue', 'waiting', 'active', 'delayed', 'failed', 'completed', ''],
    'pt-BR': ['fila', 'na fila', 'ativos', 'adiados', 'falhos', 'feitos', ''],
  },
  paused: { en: 'paused', 'pt-BR': 'pausada' },
  everyQueue: { en: 'every queue', 'pt-BR': 'todas as filas' },
  nothingFailed: { en: 'Nothing failed.', 'pt-BR': 'Nada falhou.' },
  didPause: (queue: string): Text => ({
    en: `Paused: ${queue}. Jobs that run come to their end; nothing new starts until \`zaphub queues resume\`.`,
    'pt-BR': `Pausado: ${queue}. O que está em andamento termina; nada novo começa até \`zaphub queues resume\`.`,
  }),
  didResume: (queue: string): Text => ({ en: `Resumed: ${queue}.`, 'pt-BR': `Retomado: ${queue}.` }),
  didClean: (queue: string, count: number): Text => ({
    en: `Forgot ${count} jobs that had ended: ${queue}.`,
    'pt-BR': `${count} tarefas já encerradas foram esquecidas: ${queue}.`,
  }),
  didDrain: (queue: string, count: number): Text => ({
    en: `Threw ${count} waiting jobs away: ${queue}. Messages are not lost: what is still due is queued again.`,
    'pt-BR': `${count} tarefas na fila foram descartadas: ${queue}. Nenhuma mensagem se perde: o que ainda é devido volta à fila.`,
  }),
  didRetry: (queue: string, count: number): Text => ({
    en: `Put ${count} failed jobs back: ${queue}.`,
    'pt-BR': `${count} tarefas que falharam voltaram à fila: ${queue}.`,
  }),
} satisfies Record<string, unknown>;
