import { resolve } from 'node:path';
import { z } from 'zod';
import { repositoryRoot } from './repository.ts';
import type { Language, Text } from './language.ts';
import { PlainError } from './plain-error.ts';

const text = z.string().min(1);

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

const schema = z.object({
  ZAPHUB_HOME: text.optional(),
  ZAPHUB_HOST: text.default('127.0.0.1'),
  ZAPHUB_PORT: z.coerce.number().int().min(0).max(65_535).default(4400),
  PUBLIC_URL: z.url().optional(),
  REDIS_URL: text.optional(),
  LOG_LEVEL: z.enum(logLevels).default('warn'),
  DATABASE_URL: text.optional(),
});

/** What an installation with services of its own must name, each by its variable. */
const externalSchema = z.object({
  DATABASE_URL: text,
  DATABASE_API_URL: text,
  DATABASE_SYSTEM_URL: text,
  DATABASE_QUEUES_URL: text.optional(),
  SUPABASE_URL: z.url(),
  SUPABASE_PUBLISHABLE_KEY: text,
  SUPABASE_JWT_SECRET: text.optional(),
});

/** Postgres and Supabase that run elsewhere. */
export type ExternalServices = z.infer<typeof externalSchema>;

/** The command line's configuration. */
export interface CliConfig {
  /** Absolute path of the folder with all local data. */
  readonly homeDir: string;
  readonly host: string;
  /** 0 stands for any free port. */
  readonly port: number;
  readonly publicUrl: string | undefined;
  readonly redisUrl: string | undefined;
  readonly logLevel: string;
  /** Absent on one machine: then the embedded services are used. */
  readonly external: ExternalServices | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the configuration from environment variables; an empty one counts as absent.
 *
 * @throws PlainError that lists every problem at once
 */
export function parseConfig(env: Environment): CliConfig {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const basic = schema.safeParse(given);
  const external = given['DATABASE_URL'] === undefined ? undefined : externalSchema.safeParse(given);
  const issues = [...(basic.error?.issues ?? []), ...(external?.error?.issues ?? [])];
  if (!basic.success || issues.length > 0) throw configError(issues);
  return {
    homeDir: resolve(basic.data.ZAPHUB_HOME ?? resolve(repositoryRoot, '.zaphub')),
    host: basic.data.ZAPHUB_HOST,
    port: basic.data.ZAPHUB_PORT,
    publicUrl: basic.data.PUBLIC_URL,
    redisUrl: basic.data.REDIS_URL,
    logLevel: basic.data.LOG_LEVEL,
    external: external?.data,
  };
}

function configError(issues: readonly z.core.$ZodIssue[]): PlainError {
  const listIn = (language: Language) =>
    issues.map((issue) => `  ${issue.path.join('.')}: ${explainIssue(issue)[language]}`).join('\n');
  return new PlainError(
    {
      en: `The configuration (environment variables) has problems:\n${listIn('en')}`,
      'pt-BR': `A configuração (variáveis de ambiente) tem problemas:\n${listIn('pt-BR')}`,
    },
    {
      en: 'Nothing was started. Correct them and run the same command again. Without DATABASE_URL, ZapHub brings its own database.',
      'pt-BR':
        'Nada foi iniciado. Corrija e execute o mesmo comando de novo. Sem DATABASE_URL, o ZapHub usa um banco de dados próprio.',
    },
  );
}

/** What a variable should be, in words. A text can only be wrong by not being there. */
function explainIssue(issue: z.core.$ZodIssue): Text {
  if (issue.path[0] === 'ZAPHUB_PORT') {
    return {
      en: 'must be a whole number from 0 to 65535',
      'pt-BR': 'deve ser um número inteiro de 0 a 65535',
    };
  }
  if (issue.path[0] === 'LOG_LEVEL') {
    const levels = logLevels.join(', ');
    return { en: `must be one of ${levels}`, 'pt-BR': `deve ser um destes: ${levels}` };
  }
  if (issue.code === 'invalid_format') {
    return {
      en: 'must be a whole address, such as https://example.com',
      'pt-BR': 'deve ser um endereço completo, como https://example.com',
    };
  }
  return { en: 'is missing', 'pt-BR': 'está faltando' };
}
