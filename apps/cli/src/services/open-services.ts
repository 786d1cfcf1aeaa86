import { findRunning, startEmbedded, type EmbeddedProgress } from '@zaphub/embedded';
import type { CliConfig } from '../config.ts';
import type { Language, Text } from '../language.ts';
import type { ProgressLines } from '../progress-lines.ts';

/** The database and Supabase a command works with, wherever they run. */
export interface Services {
  readonly urls: {
    readonly owner: string;
    readonly api: string;
    readonly system: string;
    /** Reaches the queues' tables alone; `undefined` when the installation names none. */
    readonly queues: string | undefined;
  };
  readonly supabase: {
    readonly url: string;
    readonly publishableKey: string;
    readonly jwtSecret: string | undefined;
  };
  /** Call after migrations. */
  reloadSchema(): Promise<void>;
  /** Stops what was started here; services that run elsewhere are left alone. Idempotent. */
  close(): Promise<void>;
}

/** How to open the services. */
export interface OpenServicesOptions {
  readonly language: Language;
  readonly progress: ProgressLines;
  readonly signal: AbortSignal;
  /** Use the embedded services of a ZapHub that already runs on the home folder, instead of refusing. */
  readonly attach?: boolean;
}

/**
 * Opens the services the configuration asks for: those named in the environment when `DATABASE_URL` is set, else
 * the embedded ones on the home folder.
 *
 * @throws EmbeddedError
 */
export async function openServices(config: CliConfig, options: OpenServicesOptions): Promise<Services> {
  const { external } = config;
  if (external) {
    return {
      ...notOurs,
      urls: {
        owner: external.DATABASE_URL,
        api: external.DATABASE_API_URL,
        system: external.DATABASE_SYSTEM_URL,
        queues: external.DATABASE_QUEUES_URL,
      },
      supabase: {
        url: external.SUPABASE_URL,
        publishableKey: external.SUPABASE_PUBLISHABLE_KEY,
        jwtSecret: external.SUPABASE_JWT_SECRET,
      },
    };
  }
  const running = options.attach === true ? await findRunning(config.homeDir) : undefined;
  if (running) return { ...notOurs, ...running };
  const { language, progress } = options;
  return startEmbedded({
    homeDir: config.homeDir,
    signal: options.signal,
    onProgress: (event) => report(event, language, progress),
    onEmail: (email) =>
      progress.note(`[e-mail → ${email.to}] ${email.subject}\n${email.text ?? email.html ?? ''}`),
    ...(config.publicUrl === undefined ? {} : { siteUrl: config.publicUrl }),
  });
}

/** Services that somebody else started are left running. */
const notOurs = { reloadSchema: () => Promise.resolve(), close: () => Promise.resolve() };

function report(event: EmbeddedProgress, language: Language, progress: ProgressLines): void {
  switch (event.step) {
    case 'start_database':
    case 'create_database':
    case 'start_auth':
      progress.step(steps[event.step][language]);
      return;
    case 'database_elsewhere':
      progress.note(elsewhere(event.dataDir)[language]);
      return;
    case 'database_restarted':
      progress.note(restarted[language]);
      return;
    default:
      event satisfies never;
  }
}

const steps = {
  start_database: { en: 'Starting the database', 'pt-BR': 'Iniciando o banco de dados' },
  create_database: { en: 'Creating the database', 'pt-BR': 'Criando o banco de dados' },
  start_auth: { en: 'Starting sign-in', 'pt-BR': 'Iniciando o login' },
} satisfies Record<string, Text>;

const restarted: Text = {
  en: 'The database stopped by itself and was started again; nothing was lost.',
  'pt-BR': 'O banco de dados parou sozinho e foi iniciado de novo; nada se perdeu.',
};

function elsewhere(dataDir: string): Text {
  return {
    en: `The database runs as its own user, who may not enter this folder, so its files are in ${dataDir}.`,
    'pt-BR': `O banco de dados usa um usuário próprio, que não pode entrar nesta pasta; os arquivos dele estão em ${dataDir}.`,
  };
}
