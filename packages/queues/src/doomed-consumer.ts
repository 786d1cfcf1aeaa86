import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { QueueBackendOptions } from './create-queues.ts';
import type { JobDefinition } from './define-job.ts';

/** A consumer in a process of its own that never finishes a job, for tests that kill it. */
export interface DoomedConsumer {
  /** Resolves when its handler has been called. */
  readonly tookJob: Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
}

/** Starts it and resolves when it is connected. Its lock lasts 2 seconds. */
export async function startDoomedConsumer<Payload>(
  backend: QueueBackendOptions,
  job: JobDefinition<Payload>,
): Promise<DoomedConsumer> {
  const front = fileURLToPath(new URL('./create-queues.ts', import.meta.url));
  const script = `
    import { createRequire } from 'node:module';
    import { createQueues } from ${JSON.stringify(front)};
    const { z } = createRequire(${JSON.stringify(front)})('zod');
    const quiet = () => undefined;
    const logger = { trace: quiet, debug: quiet, info: quiet, warn: quiet, error: console.error, fatal: quiet, child: () => logger };
    const queues = await createQueues({ backend: ${JSON.stringify(backend)}, logger, lockMs: 2000 });
    const job = { ...${JSON.stringify({ ...job, schema: undefined })}, schema: z.unknown() };
    await queues.consume(job, () => {
      process.stdout.write('took');
      return new Promise(quiet);
    });
    process.stdout.write('ready');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [first] = await once(child.stdout, 'data');
  if (!String(first).startsWith('ready')) throw new Error(`unexpected output: ${String(first)}`);
  const tookJob = once(child.stdout, 'data').then(() => undefined);
  return {
    tookJob,
    async kill() {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}
