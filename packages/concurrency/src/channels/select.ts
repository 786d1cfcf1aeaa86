import { AbortWatch } from '../waiting/abort-watch.ts';
import { ChannelClosedError } from './channel-closed-error.ts';
import { joinReceivers, joinSenders, type LeaveLine, type ReadableChannel, type Received } from './ports.ts';
import { SendCase } from './send-case.ts';

/** What may happen, by name: a channel to receive from, or a value to send (see `sendTo`). */
export type SelectCases = Readonly<Record<string, ReadableChannel<unknown> | SendCase>>;

/** The one case that happened: its name and what was received; of a send, `value` is `undefined`. */
export type Selected<Cases extends SelectCases> = {
  readonly [Name in keyof Cases & string]: { readonly name: Name } & (Cases[Name] extends ReadableChannel<
    infer T
  >
    ? Received<T>
    : Received<undefined>);
}[keyof Cases & string];

export interface SelectOptions {
  /**
   * Which of several ready cases happens: `fair` (default) picks each with the same probability, `listed` the first
   * in the order of the object's keys (keys that look like whole numbers come first in every object).
   */
  readonly choice?: 'fair' | 'listed';
  /** From 0 up to, not including, 1; `Math.random` by default. Asked only for the fair choice. */
  readonly random?: () => number;
  /** Gives up: every line is left at once and nothing has happened. */
  readonly signal?: AbortSignal;
}

/**
 * Waits until one of the cases can happen and makes exactly that one happen: no other channel loses or gains a
 * value. A closed and empty channel is ready with `done`. While it waits it stands in each channel's line like any
 * receiver or sender; once one is served, or the signal aborts, it has left all the others.
 *
 * @throws ChannelClosedError `channel_closed` when a channel to send to is closed, before or while it waits;
 * RangeError without a case; the signal's reason. All as rejections, and nothing has happened.
 *
 * @example
 * ```ts
 * import { Channel, select } from '@zaphub/concurrency';
 *
 * const jobs = new Channel<string>(8);
 * const stop = new Channel<void>(1);
 * await jobs.send('first');
 * const chosen = await select({ jobs, stop });
 * if (chosen.name !== 'jobs' || chosen.value !== 'first') throw new Error('only a job was ready');
 * ```
 */
export function select<const Cases extends SelectCases>(
  cases: Cases,
  options: SelectOptions = {},
): Promise<Selected<Cases>> {
  const { signal } = options;
  if (signal !== undefined && signal.aborted) return Promise.reject(signal.reason);
  const entries = Object.entries(cases);
  if (entries.length === 0) return Promise.reject(new RangeError('select needs a case to wait for'));
  if (sendsToClosed(entries)) return Promise.reject(new ChannelClosedError());
  const ready = attemptOne(entries, options);
  // What was asked for chance may have aborted it.
  if (ready === undefined && signal !== undefined && signal.aborted) return Promise.reject(signal.reason);
  // `attemptOne` and `waitForOne` answer a case of `cases` with what its own channel gave.
  const selected = ready === undefined ? waitForOne(entries, signal) : Promise.resolve(ready);
  return selected as Promise<Selected<Cases>>;
}

/**
 * {@link select} with a default: `undefined` when no case can happen without waiting.
 *
 * @throws ChannelClosedError `channel_closed` when a channel to send to is closed; nothing has happened.
 *
 * @example
 * ```ts
 * import { Channel, trySelect } from '@zaphub/concurrency';
 *
 * const jobs = new Channel<string>(8);
 * if (trySelect({ jobs }) !== undefined) throw new Error('nothing was there');
 * ```
 */
export function trySelect<const Cases extends SelectCases>(
  cases: Cases,
  options: Omit<SelectOptions, 'signal'> = {},
): Selected<Cases> | undefined {
  const entries = Object.entries(cases);
  if (sendsToClosed(entries)) throw new ChannelClosedError();
  // As above.
  return attemptOne(entries, options) as Selected<Cases> | undefined;
}

type Entry = [name: string, theCase: ReadableChannel<unknown> | SendCase];
type AnySelected = { readonly name: string } & Received<unknown>;

function sendsToClosed(entries: readonly Entry[]): boolean {
  return entries.some(([, theCase]) => theCase instanceof SendCase && theCase.channel.isClosed);
}

/** Tries the cases one after the other, in the order of the choice, until one happens. */
function attemptOne(
  entries: Entry[],
  { choice = 'fair', random = Math.random }: SelectOptions,
): AnySelected | undefined {
  for (let tried = 0; tried < entries.length; tried++) {
    if (choice === 'fair') drawNext(entries, tried, random);
    const happened = attempt(...(entries[tried] as Entry)); // `tried` is an index of it.
    if (happened !== undefined) return happened;
  }
  return undefined;
}

/** One step of a shuffle: each of those not yet drawn comes to this place with the same probability. */
function drawNext(entries: Entry[], place: number, random: () => number): void {
  const drawn = place + Math.floor(random() * (entries.length - place));
  // Both are indexes of it.
  [entries[place], entries[drawn]] = [entries[drawn] as Entry, entries[place] as Entry];
}

function attempt(name: string, theCase: ReadableChannel<unknown> | SendCase): AnySelected | undefined {
  if (theCase instanceof SendCase) {
    return theCase.channel.trySend(theCase.value) ? { name, done: false, value: undefined } : undefined;
  }
  const result = theCase.tryReceive();
  return result && { name, ...result };
}

/** Joins every line; the first to be served takes the others out of theirs, within the call that serves it. */
function waitForOne(entries: readonly Entry[], signal: AbortSignal | undefined): Promise<AnySelected> {
  return new Promise((resolve, reject) => {
    const lines: LeaveLine[] = [];
    let watch: AbortWatch | undefined;
    const leaveAll = (): void => {
      watch?.end();
      for (const leave of lines) leave();
    };
    const refuse = (reason: unknown): void => {
      leaveAll();
      reject(reason);
    };
    for (const [name, theCase] of entries) {
      const happen = (result: Received<unknown>): void => {
        leaveAll();
        resolve({ name, ...result });
      };
      lines.push(
        theCase instanceof SendCase
          ? theCase.channel[joinSenders](
              theCase.value,
              () => happen({ done: false, value: undefined }),
              refuse,
            )
          : theCase[joinReceivers](happen),
      );
    }
    if (signal !== undefined) watch = new AbortWatch(signal, { abort: abortTo(refuse) });
  });
}

const abortTo =
  (refuse: (reason: unknown) => void) =>
  (reason: unknown): undefined => {
    refuse(reason);
  };
