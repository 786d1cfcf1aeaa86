import type { ErrorStream } from './error-stream.ts';
import { Flow, type PipelineOptions } from './flow.ts';
import type { PipelineSource } from './intake.ts';
import type { StageFailure } from './stage-failure.ts';
import type { StageMetrics } from './stage-meter.ts';
import { defineStage, type StageDefinition, type StageOptions, type StageWork } from './stage-options.ts';

/** Types of neighbours are checked where stages are added; inside, items are opaque. */
type AnyDefinition = StageDefinition<unknown, unknown>;

/**
 * Takes the items of any iterable or channel through stages, each with workers of its own, and gives the results
 * to one reader: in the order of the items unless a stage was told otherwise, each at most once. Starts with the
 * first read. Every stage waits for room behind it, so memory is bounded by the buffers however slow the reader is.
 *
 * An item whose attempts are used up leaves by `errors`, the others flow on. The input's own error comes to the
 * reader behind what was read before it. A reader that leaves cancels the input, aborts the work under way and
 * drops what is inside; so does `close`.
 *
 * @example
 * ```ts
 * import { exponentialBackoff, Pipeline, RateLimiter } from '@zaphub/concurrency';
 *
 * const pipeline = Pipeline.from(['1', 'two', '3'])
 *   .stage('parse', (text) => {
 *     const value = Number(text);
 *     if (Number.isNaN(value)) throw new Error('not a number');
 *     return value;
 *   })
 *   .stage('double', async (value) => value * 2, {
 *     workers: 4,
 *     rate: new RateLimiter({ rate: 100, burst: 10 }),
 *     retry: { attempts: 3, backoff: exponentialBackoff({ firstDelayMs: 50 }) },
 *   });
 *
 * for await (const value of pipeline) console.log(value); // 2, 6
 * for await (const { stage, item } of pipeline.errors) console.log(stage, item); // parse two
 * ```
 */
export class Pipeline<Out, Failure extends StageFailure = never>
  implements AsyncIterable<Out, undefined>, AsyncDisposable
{
  readonly #source: PipelineSource<unknown>;
  readonly #options: PipelineOptions;
  readonly #definitions: readonly AnyDefinition[];
  #started: Flow | undefined = undefined;

  private constructor(
    source: PipelineSource<unknown>,
    options: PipelineOptions,
    definitions: readonly AnyDefinition[],
  ) {
    this.#source = source;
    this.#options = options;
    this.#definitions = definitions;
  }

  /** A pipeline without stages yet. Reads nothing before somebody reads from it. */
  static from<T>(source: PipelineSource<T>, options: PipelineOptions = {}): Pipeline<T> {
    return new Pipeline<T>(source, options, []);
  }

  /**
   * The same with one more stage at its end; this pipeline stays as it was. Read from the last one only: each
   * pipeline that is read reads the source.
   *
   * @throws RangeError for options out of range, or a second stage of that name.
   */
  stage<Name extends string, Next>(
    name: Name,
    work: StageWork<Out, Next>,
    options?: StageOptions,
  ): Pipeline<Next, Failure | StageFailure<Name, Out>> {
    if (this.#definitions.some((other) => other.name === name)) {
      throw new RangeError(`the pipeline has a stage "${name}" already`);
    }
    // What comes before gives `Out`, as this method's types have checked.
    const definition = defineStage(name, work, options) as AnyDefinition;
    return new Pipeline(this.#source, this.#options, [...this.#definitions, definition]);
  }

  /** Items that were given up, by stage. Says itself what happens when nobody reads it. */
  get errors(): ErrorStream<Failure> {
    // Only stages put failures in, each with its own name and items.
    return this.#flow.errors as unknown as ErrorStream<Failure>;
  }

  /** What each stage has done so far, first to last. */
  metrics(): readonly StageMetrics[] {
    return this.#flow.metrics();
  }

  /** Reads to the end and drops the results, for a last stage that stores what it gets. Resolves with their number. */
  async drain(): Promise<number> {
    let count = 0;
    for (let next = await this.#flow.next(); next.done !== true; next = await this.#flow.next()) count++;
    return count;
  }

  /**
   * Takes nothing more from the input, while what is inside still comes out to the reader. An item that an iterable
   * was already asked for is taken in, and its iterator returned; a channel is left open with what it holds.
   */
  finish(): void {
    this.#flow.finish();
  }

  /**
   * Cancels the input, aborts the work under way with a `PipelineClosedError` and drops what is inside; the reader
   * sees the end. Resolves when all work has ended. After the end it does nothing.
   *
   * @throws what the input's own clean-up throws.
   */
  close(): Promise<void> {
    return this.#flow.close();
  }

  /** {@link close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Several iterators share the results; the first that is left closes the pipeline. */
  [Symbol.asyncIterator](): AsyncIterator<Out, undefined> {
    return this.#flow.reader<Out>();
  }

  get #flow(): Flow {
    if (this.#started === undefined) {
      this.#started = new Flow(this.#source, this.#options);
      for (const definition of this.#definitions) this.#started.insert(definition);
    }
    return this.#started;
  }
}
