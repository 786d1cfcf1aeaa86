import type { ErrorStream } from './error-stream.ts';
import { Flow, type PipelineOptions } from './flow.ts';
import type { PipelineSource } from './intake.ts';
import type { Stage } from './stage.ts';
import type { StageFailure } from './stage-failure.ts';
import type { StageMetrics } from './stage-meter.ts';
import { defineStage, type StageOptions, type StageWork } from './stage-options.ts';

/** Settings of a stage that is added to a {@link DynamicPipeline}. */
export interface DynamicStageOptions extends StageOptions {
  /** The stage that it is put in front of. Default: the end of the line. */
  readonly before?: string;
}

/**
 * A pipeline whose stages come and go while items flow. All take and give the same type. Whatever is added or
 * removed, each item comes out once or goes to `errors` once, and in order if the stages are ordered.
 *
 * In all else it is a `Pipeline`: bounded by its buffers, cancelled by a reader that leaves. It can be the input of
 * a `Pipeline`, and the other way round.
 *
 * @example
 * ```ts
 * import { DynamicPipeline } from '@zaphub/concurrency';
 *
 * const texts = new DynamicPipeline([' one', 'two ', 'three']);
 * texts.add('shout', (text) => text.toUpperCase());
 * texts.add('trim', (text) => text.trim(), { before: 'shout' });
 * for await (const text of texts) {
 *   console.log(text);
 *   if (text === 'ONE') void texts.remove('shout'); // what is past it stays loud
 * }
 * ```
 */
export class DynamicPipeline<T> implements AsyncIterable<T, undefined>, AsyncDisposable {
  readonly #flow: Flow;

  /** Reads nothing before somebody reads from it. */
  constructor(source: PipelineSource<T>, options: PipelineOptions = {}) {
    this.#flow = new Flow(source, options);
  }

  /** Names of the stages, first to last, without those that are leaving. */
  get stages(): readonly string[] {
    return this.#flow.stages.map((stage) => stage.name);
  }

  /** Items that were given up. Says itself what happens when nobody reads it. */
  get errors(): ErrorStream<StageFailure<string, T>> {
    // Every stage takes `T`.
    return this.#flow.errors as ErrorStream<StageFailure<string, T>>;
  }

  /**
   * Puts a stage into the line, at once. Items that are past its place do not go through it; no item overtakes
   * another by it.
   *
   * @throws RangeError for options out of range, a name that is taken, or a `before` that is not there.
   */
  add(name: string, work: StageWork<T, T>, options: DynamicStageOptions = {}): void {
    if (this.#find(name) !== undefined) throw new RangeError(`the pipeline has a stage "${name}" already`);
    const { before } = options;
    this.#flow.insert(
      defineStage(name, work, options),
      before === undefined ? undefined : this.#existing(before),
    );
  }

  /**
   * Takes a stage out. Nothing more enters it from now on; the items inside are finished and passed on, and until
   * then those behind them wait. Resolves with its last metrics when it is empty, which needs somebody to read.
   *
   * @throws RangeError for a name that is not there (as a rejection).
   */
  async remove(name: string): Promise<StageMetrics> {
    return this.#flow.remove(this.#existing(name));
  }

  /** What each stage has done so far, first to last; leaving ones are still among them. */
  metrics(): readonly StageMetrics[] {
    return this.#flow.metrics();
  }

  /** Takes nothing more from the input, while what is inside still comes out to the reader. As `Pipeline.finish`. */
  finish(): void {
    this.#flow.finish();
  }

  /**
   * Cancels the input, aborts the work under way and drops what is inside; the reader sees the end. Resolves when
   * all work has ended. After the end it does nothing.
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
  [Symbol.asyncIterator](): AsyncIterator<T, undefined> {
    return this.#flow.reader<T>();
  }

  #find(name: string): Stage<unknown, unknown> | undefined {
    return this.#flow.stages.find((stage) => stage.name === name);
  }

  #existing(name: string): Stage<unknown, unknown> {
    const stage = this.#find(name);
    if (stage === undefined) throw new RangeError(`the pipeline has no stage "${name}"`);
    return stage;
  }
}
