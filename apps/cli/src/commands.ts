import type { Command } from './command.ts';

/** Every `zaphub` command. To add one: a file under `commands/` that exports a `RunCommand`, and a line here. */
export const commands: Readonly<Record<string, Command>> = {
  start: {
    summary: {
      en: 'Start everything on this machine and print the address of the dashboard',
      'pt-BR': 'Inicia tudo nesta máquina e mostra o endereço do painel',
    },
    flags: ['--boot-tree'],
    load: async () => (await import('./commands/start/start.ts')).start,
  },
  demo: {
    summary: {
      en: 'Send a trial campaign to the contacts of a CSV file through the simulator',
      'pt-BR': 'Envia uma campanha de teste aos contatos de um arquivo CSV pelo simulador',
    },
    takesArguments: true,
    load: async () => (await import('./commands/demo/demo.ts')).demo,
  },
  migrate: {
    summary: {
      en: 'Bring the database to the newest schema',
      'pt-BR': 'Atualiza o banco de dados para o esquema mais novo',
    },
    load: async () => (await import('./commands/migrate.ts')).migrateCommand,
  },
  verify: {
    summary: {
      en: 'Check that every message is accounted for and nobody got one twice',
      'pt-BR': 'Confere que toda mensagem tem destino registrado e ninguém recebeu em dobro',
    },
    takesArguments: true,
    load: async () => (await import('./commands/verify/verify.ts')).verify,
  },
  queues: {
    summary: {
      en: 'Show the queues; pause, resume, clean, drain or retry them',
      'pt-BR': 'Mostra as filas; pausa, retoma, limpa, esvazia ou tenta de novo',
    },
    takesArguments: true,
    load: async () => (await import('./commands/queues/queues.ts')).queues,
  },
  credentials: {
    summary: {
      en: 'Seal the credentials of connections with a new key (rotate)',
      'pt-BR': 'Protege as credenciais das conexões com uma chave nova (rotate)',
    },
    takesArguments: true,
    load: async () => (await import('./commands/credentials/credentials.ts')).credentials,
  },
  doctor: {
    summary: {
      en: 'Check this machine and the installation, and say what to mend',
      'pt-BR': 'Verifica esta máquina e a instalação e diz o que corrigir',
    },
    load: async () => (await import('./commands/doctor/doctor.ts')).doctor,
  },
};
