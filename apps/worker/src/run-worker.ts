import process from 'node:process';
import { createKernel, KernelBootError, logKernelEvent } from '@zaphub/kernel';
import { createLogger } from '@zaphub/telemetry';
import { defineWorkerPlugins } from './compose/worker-plugins.ts';
import { ConfigError, parseConfig, type WorkerConfig } from './config.ts';

/** Starts the worker, which then runs until it is told to stop; answers whether it started. */
export async function runWorker(env: Readonly<Record<string, string | undefined>>): Promise<boolean> {
  const config = readConfig(env);
  if (!config) return false;
  const logger = createLogger({ name: 'worker', ...config.log });
  const kernel = createKernel(defineWorkerPlugins(config, logger), {
    onEvent: (event) => logKernelEvent(logger, event),
  });

  const showBootTree = (): void => {
    if (config.showsBootTree) process.stdout.write(`${kernel.bootTree()}\n`);
    else logger.debug(kernel.bootTree());
  };

  let isStopping = false;
  const stop = async (why: string, exitCode: number): Promise<void> => {
    if (isStopping) return;
    isStopping = true;
    logger.info('stopping', { why });
    await kernel.close({ deadlineMs: config.shutdownTimeoutMs }).catch((error: unknown) => {
      logger.error('not everything closed', { error });
    });
    await logger.close();
    process.exit(exitCode);
  };
  const fail = (error: unknown): void => {
    logger.fatal('an error nobody caught', { error });
    void stop('an error nobody caught', 1);
  };
  process.on('SIGTERM', () => void stop('SIGTERM', 0));
  process.on('SIGINT', () => void stop('SIGINT', 0));
  process.on('disconnect', () => void stop('the process that started this one has gone', 0));
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);

  if (config.failpoint)
    logger.warn('a failpoint is armed: this process is made to fail', { ...config.failpoint });
  try {
    await kernel.start();
  } catch (error) {
    if (isStopping) return false; // told to stop while starting
    const reason = error instanceof KernelBootError ? error.message : String(error);
    logger.fatal(`the worker did not start: ${reason}`, { error });
    showBootTree();
    await logger.close();
    return process.exit(1);
  }
  showBootTree();
  logger.info('working', { owner: config.owner, queues: config.queues.kind });
  process.send?.('ready');
  return true;
}

function readConfig(env: Readonly<Record<string, string | undefined>>): WorkerConfig | undefined {
  try {
    return parseConfig(env, process.pid);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(error.message + '\n');
    process.exitCode = 2;
    return undefined;
  }
}
