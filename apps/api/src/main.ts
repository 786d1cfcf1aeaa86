import process from 'node:process';
import { createKernel, type Kernel, KernelBootError, logKernelEvent } from '@zaphub/kernel';
import { createLogger } from '@zaphub/telemetry';
import { defineApiPlugins } from './compose/api-plugins.ts';
import { type ApiConfig, ConfigError, parseConfig } from './config.ts';

/** Starts the api and keeps it until it is told to stop. */
async function main(): Promise<void> {
  const config = readConfig();
  if (!config) return;
  const logger = createLogger({ name: 'api', ...config.log });
  const plugins = defineApiPlugins(config, logger, () => kernel.degraded());
  const kernel: Kernel = createKernel(plugins.all, { onEvent: (event) => logKernelEvent(logger, event) });

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

  try {
    await kernel.start();
  } catch (error) {
    if (isStopping) return; // told to stop while starting
    const reason = error instanceof KernelBootError ? error.message : String(error);
    logger.fatal(`the api did not start: ${reason}`, { error });
    showBootTree();
    await logger.close();
    process.exit(1);
  }
  showBootTree();
  logger.info('listening', { url: kernel.api(plugins.http).url });
}

function readConfig(): ApiConfig | undefined {
  try {
    return parseConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(error.message + '\n');
    process.exitCode = 2;
    return undefined;
  }
}

await main();
