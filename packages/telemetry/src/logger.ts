/** Severity of a line, least to most. `silent` writes nothing. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

/** Facts beside the message. Errors may stand under any key; secrets and phone numbers are masked on the way out. */
export type LogFields = Readonly<Record<string, unknown>>;

/** What a package needs to say what happened; never throws and never waits. */
export interface Logger {
  trace(message: string, fields?: LogFields): void;
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  fatal(message: string, fields?: LogFields): void;
  /** A logger that adds `bindings` to each of its lines. */
  child(bindings: LogFields): Logger;
}

/** Accepts every line and drops it. */
export const silentLogger: Logger = {
  trace: drop,
  debug: drop,
  info: drop,
  warn: drop,
  error: drop,
  fatal: drop,
  child: () => silentLogger,
};

function drop(): void {
  // Nothing is wanted.
}
