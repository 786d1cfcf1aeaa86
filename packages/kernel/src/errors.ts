/** What can be wrong with a list of plugins before anything starts. */
export type GraphErrorCode = 'plugin_unknown' | 'plugin_duplicate' | 'plugin_cycle';

/** The plugin list cannot be started as it is; a mistake of the composition, found before any plugin ran. */
export class KernelGraphError extends Error {
  override readonly name = 'KernelGraphError';
  readonly code: GraphErrorCode;

  constructor(code: GraphErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Why a boot ended without a running kernel. */
export type BootErrorCode =
  'plugin_start_failed' | 'plugin_start_timeout' | 'kernel_closed' | 'kernel_already_started';

/** The boot stopped; everything that had opened has been closed again, in reverse. */
export class KernelBootError extends Error {
  override readonly name = 'KernelBootError';
  readonly code: BootErrorCode;
  /** The plugin to blame; `undefined` when the kernel itself was closed or started twice. */
  readonly plugin: string | undefined;
  /** Plugins that could not be closed while unwinding. */
  closeFailures: readonly CloseFailure[] = [];

  constructor(code: BootErrorCode, message: string, options: { plugin?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.plugin = options.plugin;
  }
}

/** One plugin that did not close as it should. */
export interface CloseFailure {
  readonly plugin: string;
  readonly error: unknown;
}

/** One plugin did not finish closing in the time it was given. */
export class PluginCloseTimeoutError extends Error {
  override readonly name = 'PluginCloseTimeoutError';
  readonly code = 'plugin_close_timeout';
}

/** Every plugin was asked to close; these failed or ran out of time. */
export class KernelCloseError extends Error {
  override readonly name = 'KernelCloseError';
  readonly code = 'plugin_close_failed';
  readonly failures: readonly CloseFailure[];

  constructor(failures: readonly CloseFailure[]) {
    super(`could not close cleanly: ${failures.map((f) => `${f.plugin} (${reasonOf(f.error)})`).join(', ')}`);
    this.failures = failures;
  }
}

/** A plugin's api was asked for before the boot had finished, after the close, or for a plugin not in the list. */
export class PluginNotReadyError extends Error {
  override readonly name = 'PluginNotReadyError';
  readonly code = 'plugin_not_ready';

  constructor(plugin: string) {
    super(`plugin "${plugin}" is not running in this kernel`);
  }
}

/** One line for a person from whatever was thrown. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
