import type { Language } from '../../language.ts';

/** What the demo says while it works. */
export const texts = {
  en: {
    starting: 'Starting a database',
    importing: 'Importing contacts',
    preparing: 'Preparing the campaign',
    sending: 'Sending',
    receipts: 'Waiting for receipts',
    reporting: 'Writing the report',
    workerEnded: 'The worker ended by itself; it is started again and nothing is lost',
    stopped: 'Stopped before the end. The trial data is removed; nothing left this computer.',
    nobody: 'No row of the file has a phone number that can get messages. Nothing was sent.',
  },
  'pt-BR': {
    starting: 'Iniciando um banco de dados',
    importing: 'Importando contatos',
    preparing: 'Preparando a campanha',
    sending: 'Enviando',
    receipts: 'Aguardando confirmações',
    reporting: 'Escrevendo o relatório',
    workerEnded: 'O processo de envio parou sozinho; ele é iniciado de novo e nada se perde',
    stopped: 'Interrompido antes do fim. Os dados de teste foram apagados; nada saiu deste computador.',
    nobody: 'Nenhuma linha do arquivo tem um telefone que possa receber mensagens. Nada foi enviado.',
  },
} satisfies Record<Language, Record<string, string>>;
