import type { InvariantResult } from '@zaphub/features';
import type { Text } from '../../language.ts';

/** What each invariant promises, in a few words. */
export const invariantTexts: Readonly<Record<InvariantResult['name'], Text>> = {
  complete: {
    en: 'every recipient is accounted for, and nothing is stuck',
    'pt-BR': 'todo destinatário tem um destino registrado e nada está parado',
  },
  extra_sends: { en: 'nobody got a message twice', 'pt-BR': 'ninguém recebeu a mesma mensagem duas vezes' },
  truthful: {
    en: 'what the ledger says was sent was sent, and nothing else was',
    'pt-BR': 'o que consta como enviado foi enviado, e nada além disso',
  },
  counters: {
    en: 'the totals shown equal the rows',
    'pt-BR': 'os totais mostrados conferem com os registros',
  },
  tenants: { en: 'no data crosses between tenants', 'pt-BR': 'nenhum dado passa de um cliente para outro' },
  stops: { en: 'nothing was sent after an opt-out', 'pt-BR': 'nada foi enviado depois de um descadastro' },
  limits: {
    en: 'no number was faster than its rate',
    'pt-BR': 'nenhum número passou do seu limite de velocidade',
  },
  events: { en: 'the live events have no gap', 'pt-BR': 'os eventos ao vivo não têm lacunas' },
  bounded: { en: 'work that is due does not pile up', 'pt-BR': 'o trabalho vencido não se acumula' },
};

const usage = 'zaphub verify [--campaign cmp_…] [--journal FOLDER] [--json]';

/** Everything else that `verify` says. */
export const texts = {
  scope: (messages: number, deliveries: number): Text => ({
    en: `Checked ${messages} messages against ${deliveries} deliveries in the simulator's journal.`,
    'pt-BR': `Conferidas ${messages} mensagens com ${deliveries} entregas no diário do simulador.`,
  }),
  clean: { en: 'All invariants hold.', 'pt-BR': 'Todas as garantias estão mantidas.' },
  violated: {
    en: 'Something is not as it must be: the lines marked ✘ say what, with the first ids. Nothing was changed.',
    'pt-BR':
      'Algo não está como deveria: as linhas com ✘ dizem o quê, com os primeiros ids. Nada foi alterado.',
  },
  badOption: (message: string): Text => ({ en: message, 'pt-BR': `Opção desconhecida: ${message}` }),
  badCampaign: {
    en: 'The value of --campaign is not the id of a campaign.',
    'pt-BR': 'O valor de --campaign não é o id de uma campanha.',
  },
  usage: { en: `Usage: ${usage}`, 'pt-BR': `Uso: ${usage}` },
} as const;
