import process from 'node:process';
import { createKernel, logKernelEvent, runKernel } from '@zaphub/kernel';
import { createLogger } from '@zaphub/telemetry';
import { defineWorkerPlugins } from './compose/worker-plugins.ts';
import { ConfigError, parseConfig, type WorkerConfig } from './config.ts';

/** Starts the worker, which then runs until it is told to stop; answers whether it started. */
export async function runWorker(
  env: Readonly<Record<string, string | undefined>>,
  args: readonly string[] = [],
): Promise<boolean> {
  const config = readConfig(env, args);
  if (!config) return false;
  const logger = createLogger({ name: 'worker', ...config.log });
  const kernel = createKernel(defineWorkerPlugins(config, logger), {
    onEvent: (event) => logKernelEvent(logger, event),
  });

  if (config.failpoint) {
    logger.warn('a failpoint is armed: this process is made to fail', { ...config.failpoint });
  }
  if (!(await runKernel({ kernel, log: logger }, { name: 'worker', ...config }))) return false;
  logger.info('working', { owner: config.owner, queues: config.queues.kind });
  process.send?.('ready');
  return true;
}

function readConfig(
  env: Readonly<Record<string, string | undefined>>,
  args: readonly string[],
): WorkerConfig | undefined {
  try {
    return parseConfig(env, process.pid, args);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(error.message + '\n');
    process.exitCode = 2;
    return undefined;
  }
}
