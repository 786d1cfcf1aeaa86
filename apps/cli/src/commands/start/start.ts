import { resolve } from 'node:path';
import { migrate } from '@zaphub/db';
import { EmbeddedError, lockHome } from '@zaphub/embedded';
import type { CommandContext, RunCommand } from '../../command.ts';
import { parseConfig, type CliConfig } from '../../config.ts';
import { PlainError } from '../../plain-error.ts';
import { createProgressLines } from '../../progress-lines.ts';
import { migrationsDir, repositoryRoot } from '../../repository.ts';
import { loadCredentialsKeys } from '../../services/credentials-keys.ts';
import { openServices } from '../../services/open-services.ts';
import { checkPort } from './check-port.ts';
import { processEnvironments } from './process-environment.ts';
import { renewSetupToken } from './setup-token.ts';
import { supervise } from './supervise.ts';
import { crashText, notReady, readyText, texts } from './texts.ts';
import { waitUntilReady } from './wait-until-ready.ts';

/** The programs that make up a running installation. */
export interface StartOptions {
  readonly apiMain: string;
  readonly workerMain: string;
  /** How long the api may take to answer `/readyz` with 200. */
  readonly readyTimeoutMs: number;
  /** From SIGTERM to SIGKILL for the api and the worker. */
  readonly stopTimeoutMs: number;
}

/** Crashes of the api during the start after which waiting is pointless. */
const hopelessCrashes = 3;

/** `zaphub start`: everything on this machine, until it is told to stop. */
export const start = createStart({
  apiMain: resolve(repositoryRoot, 'apps/api/src/main.js'),
  workerMain: resolve(repositoryRoot, 'apps/worker/src/main.js'),
  readyTimeoutMs: 60_000,
  stopTimeoutMs: 20_000,
});

/**
 * Makes the `start` command: opens the services, migrates, runs the api and the worker, prints the address (and
 * the setup token while nobody owns the installation), and at the stop signal closes all of it in reverse. With
 * `--boot-tree` both processes print what they started and how long each part took.
 */
export function createStart(options: StartOptions): RunCommand {
  return async (context) => {
    const config = parseConfig(context.env);
    const closers: (() => Promise<void>)[] = [];
    try {
      await run(options, config, context, closers);
      context.tell(`\n${texts.stopping[context.language]}…`);
      await unwind(closers);
      context.tell(texts.stopped[context.language]);
      return 0;
    } finally {
      await unwind(closers);
    }
  };
}

async function run(
  options: StartOptions,
  config: CliConfig,
  context: CommandContext,
  closers: (() => Promise<void>)[],
): Promise<void> {
  const startedAt = performance.now();
  const { language, signal } = context;
  const progress = createProgressLines(context.tell);
  closers.push(() => Promise.resolve(progress.done()));
  const port = await freePort(config);
  const publicUrl =
    config.publicUrl ?? `http://${config.host === '127.0.0.1' ? config.host : 'localhost'}:${port}`;

  const services = await openServices({ ...config, publicUrl }, { language, progress, signal });
  closers.push(() => services.close());
  progress.step(texts.migrating[language]);
  await migrate({ connectionString: services.urls.owner, directory: migrationsDir });
  await services.reloadSchema();
  signal.throwIfAborted();

  progress.step(texts.starting[language]);
  const given = context.args.includes('--boot-tree')
    ? { ...context.env, ZAPHUB_BOOT_TREE: 'true' }
    : context.env;
  const keys = await loadCredentialsKeys(context.env, config.homeDir);
  const environments = processEnvironments(given, config, services, keys, {
    host: config.host,
    port,
    publicUrl,
  });
  const launch = (name: 'api' | 'worker', main: string) =>
    supervise({
      name: name.padEnd('worker'.length),
      main,
      env: environments[name],
      stopTimeoutMs: options.stopTimeoutMs,
      onLine: context.tell,
      onCrash: (how, pauseMs) => context.tell(crashText(name, how, pauseMs)[language]),
    });
  const api = launch('api', options.apiMain);
  const worker = launch('worker', options.workerMain);
  closers.push(async () => {
    await Promise.all([api.stop(context.force), worker.stop(context.force)]);
  });
  const isReady = await waitUntilReady(`http://${reachable(config.host)}:${port}/readyz`, {
    timeoutMs: options.readyTimeoutMs,
    hasFailed: () => api.crashes >= hopelessCrashes,
    signal,
  });
  if (!isReady) throw new PlainError(notReady.text, notReady.remedy);
  progress.done();

  const token = await renewSetupToken(services.urls.system);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  context.print(readyText(publicUrl, token, seconds)[language]);
  context.tell(texts.stopHint[language]);
  await aborted(signal);
}

/** The port to use. That ZapHub itself already runs here is the better message, if that is why it is taken. */
async function freePort(config: CliConfig): Promise<number> {
  try {
    return await checkPort(config.host, config.port);
  } catch (error) {
    if (!config.external) {
      const lock = await lockHome(config.homeDir).catch((reason: unknown) => {
        if (reason instanceof EmbeddedError && reason.code === 'already_running') throw reason;
      });
      lock?.release();
    }
    throw error;
  }
}

/** An address to connect to for one to listen on. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    else signal.addEventListener('abort', () => done(), { once: true });
  });
}

async function unwind(closers: (() => Promise<void>)[]): Promise<void> {
  for (let close = closers.pop(); close; close = closers.pop()) await close();
}
