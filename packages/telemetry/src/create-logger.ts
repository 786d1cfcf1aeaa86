import { destination as openDestination, type Logger as PinoLogger, pino, stdTimeFunctions } from 'pino';
import { prettyFactory } from 'pino-pretty';
import type { LogFields, Logger, LogLevel } from './logger.ts';
import { redactFields } from './redact.ts';
import { onOneLine, redactText } from './redact-text.ts';

/** Where finished lines go. */
export interface LogDestination {
  /** Takes one line with its newline; must not throw. */
  write(line: string): void;
}

/** Settings of {@link createLogger}. */
export interface LoggerOptions {
  readonly level: LogLevel;
  /** The process or part that speaks; on every line. */
  readonly name: string;
  /** Coloured text for a person instead of JSON lines. Default false. */
  readonly pretty?: boolean;
  /** Default: standard output, written without blocking. */
  readonly destination?: LogDestination;
}

/** A logger that owns where its lines go. */
export interface RootLogger extends Logger {
  /** Resolves when every line so far has been handed to the system, or at once when nobody reads any more. */
  close(): Promise<void>;
}

/** Lines waiting for a reader that has stopped reading; past this, new lines are dropped, not the process. */
const maxWaitingBytes = 16 * 1024 * 1024;

/**
 * A logger of JSON lines (`time` ISO, `level` as a word, `name`, `pid`, `msg`, fields) with secrets and phone
 * numbers masked. A closed or blocked standard output neither crashes nor stops the process.
 */
export function createLogger(options: LoggerOptions): RootLogger {
  const output = options.destination === undefined ? openStdout() : borrowed(options.destination);
  const sink = options.pretty === true ? prettySink(output) : output;
  const base = pino(
    {
      name: options.name,
      level: options.level,
      base: { pid: process.pid },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    sink,
  );
  return { ...wrap(base), close: () => output.close() };
}

interface Output extends LogDestination {
  close(): Promise<void>;
}

function openStdout(): Output {
  // pino's own destination swallows EPIPE and from then on drops lines.
  const stream = openDestination({ fd: 1, sync: false, maxLength: maxWaitingBytes });
  return {
    write: (line) => void stream.write(line),
    close: () =>
      new Promise((resolve) => {
        // A stream that was given up after EPIPE may never call back, and a failed flush has nobody to be told to.
        const giveUp = setTimeout(resolve, 1000);
        stream.flush(() => {
          clearTimeout(giveUp);
          resolve();
        });
      }),
  };
}

function borrowed(destination: LogDestination): Output {
  return { write: (line) => destination.write(line), close: () => Promise.resolve() };
}

function prettySink(output: LogDestination): LogDestination {
  const format = prettyFactory({
    colorize: process.stdout.isTTY,
    ignore: 'pid',
    translateTime: 'HH:MM:ss.l',
  });
  return { write: (line) => output.write(format(line)) };
}

function wrap(base: PinoLogger): Logger {
  const at =
    (level: Exclude<LogLevel, 'silent'>) =>
    (message: string, fields?: LogFields): void => {
      if (!base.isLevelEnabled(level)) return;
      const text = onOneLine(redactText(message));
      if (fields === undefined) base[level](text);
      else base[level](redactFields(fields), text);
    };
  return {
    trace: at('trace'),
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    fatal: at('fatal'),
    child: (bindings) => wrap(base.child(redactFields(bindings))),
  };
}
