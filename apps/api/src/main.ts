import process from 'node:process';
import { createKernel, type Kernel, logKernelEvent, runKernel } from '@zaphub/kernel';
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
  if (await runKernel({ kernel, log: logger }, { name: 'api', ...config })) {
    logger.info('listening', { url: kernel.api(plugins.http).url });
  }
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
