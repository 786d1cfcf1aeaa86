import process from 'node:process';
import { KernelBootError } from './errors.ts';
import type { Kernel } from './kernel.ts';
import type { KernelLog } from './log-kernel-event.ts';

/** What the life of a process is written to; the product's logger fits. */
export interface ProcessLog extends KernelLog {
  info(message: string, fields: Record<string, unknown>): void;
  debug(message: string, fields?: Record<string, unknown>): void;
  fatal(message: string, fields: Record<string, unknown>): void;
  /** Resolves when every line has been written. */
  close(): Promise<void>;
}

/** How a process runs its kernel. */
export interface RunKernelOptions {
  /** What the process is called in its log. */
  readonly name: string;
  /** Milliseconds from being told to stop until what has not closed is given up. */
  readonly shutdownTimeoutMs: number;
  /** Print what started, in which order, and how long each part took; otherwise that is a line of the log. */
  readonly showsBootTree: boolean;
}

/**
 * Starts a kernel as the life of this process. SIGTERM, SIGINT, the end of whoever started the process and an error
 * that nobody caught close it, and the process ends: with 0, or with 1 after an error. A kernel that does not start
 * ends the process with 1. Answers whether it runs; `false` when it was told to stop meanwhile.
 */
export async function runKernel(
  { kernel, log }: { readonly kernel: Kernel; readonly log: ProcessLog },
  { name, shutdownTimeoutMs, showsBootTree }: RunKernelOptions,
): Promise<boolean> {
  const showBootTree = (): void => {
    if (showsBootTree) process.stdout.write(`${kernel.bootTree()}\n`);
    else log.debug(kernel.bootTree());
  };

  let isStopping = false;
  const stop = async (why: string, exitCode: number): Promise<void> => {
    if (isStopping) return;
    isStopping = true;
    log.info('stopping', { why });
    await kernel.close({ deadlineMs: shutdownTimeoutMs }).catch((error: unknown) => {
      log.error('not everything closed', { error });
    });
    await log.close();
    process.exit(exitCode);
  };
  const fail = (error: unknown): void => {
    log.fatal('an error nobody caught', { error });
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
    if (isStopping) return false;
    const reason = error instanceof KernelBootError ? error.message : String(error);
    log.fatal(`the ${name} did not start: ${reason}`, { error });
    showBootTree();
    await log.close();
    return process.exit(1);
  }
  showBootTree();
  return true;
}
