import process from 'node:process';
import { createKernel, type Kernel, logKernelEvent, runKernel } from '@zaphub/kernel';
import { createLogger } from '@zaphub/telemetry';
import { defineApiPlugins } from './compose/api-plugins.ts';
import { type ApiConfig, ConfigError, parseConfig } from './config.ts';

/** Starts the api, which then runs until it is told to stop. */
export async function runApi(env: Readonly<Record<string, string | undefined>>): Promise<void> {
  const config = readConfig(env);
  if (!config) return;
  const logger = createLogger({ name: 'api', ...config.log });
  const plugins = defineApiPlugins(config, logger, () => kernel.degraded());
  const kernel: Kernel = createKernel(plugins.all, { onEvent: (event) => logKernelEvent(logger, event) });
  if (await runKernel({ kernel, log: logger }, { name: 'api', ...config })) {
    logger.info('listening', { url: kernel.api(plugins.http).url });
  }
}

function readConfig(env: Readonly<Record<string, string | undefined>>): ApiConfig | undefined {
  try {
    return parseConfig(env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(error.message + '\n');
    process.exitCode = 2;
    return undefined;
  }
}
