import type { Language } from './language.ts';

/** What a command gets to work with; `main.ts` is the only place that touches the process. */
export interface CommandContext {
  /** The arguments after the command's name. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly language: Language;
  /** Aborted when the person or the system asks to stop (Ctrl-C, SIGTERM, death of the launcher). */
  readonly signal: AbortSignal;
  /** Aborted when they ask a second time: stop now, whatever it costs. */
  readonly force: AbortSignal;
  /** Writes one line of result to standard output. */
  readonly print: (line: string) => void;
  /** Writes one line of progress to standard error. */
  readonly tell: (line: string) => void;
  /** Standard error, when it is a terminal. */
  readonly terminal?: Terminal | undefined;
}

/** A terminal that somebody watches: what is written may be overwritten with a carriage return. */
export interface Terminal {
  readonly write: (text: string) => void;
  /** Its width in characters, now. */
  readonly columns: () => number;
}

/** Runs to the end and answers the exit code. A thrown `PlainError` is printed as a sentence and a remedy. */
export type RunCommand = (context: CommandContext) => Promise<number>;

/** One entry of the command table. */
export interface Command {
  /** One line for the list of commands. */
  readonly summary: Readonly<Record<Language, string>>;
  /** The only arguments that a command takes which has no others. */
  readonly flags?: readonly string[];
  /** The others are told what to do by environment variables alone, and refuse arguments. */
  readonly takesArguments?: true;
  /** Loads the command's code; a command costs nothing until it is used. */
  readonly load: () => Promise<RunCommand>;
}
