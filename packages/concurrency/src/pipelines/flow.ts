import { type Clock, monotonicClock } from '../time/clock.ts';
import { type AbortTarget, AbortWatch } from '../waiting/abort-watch.ts';
import { ErrorStream, type ErrorStreamOptions } from './error-stream.ts';
import { Inbox } from './inbox.ts';
import { createIntake, type Intake, type PipelineSource } from './intake.ts';
import { Outlet } from './outlet.ts';
import { PipelineClosedError } from './pipeline-closed-error.ts';
import { Stage } from './stage.ts';
import type { StageMetrics } from './stage-meter.ts';
import type { StageDefinition } from './stage-options.ts';

/** Settings of a pipeline as a whole. */
export interface PipelineOptions {
  /** Results that may wait for the reader; a whole number from 0. Default 1. */
  readonly buffer?: number;
  readonly errors?: ErrorStreamOptions;
  /** Aborts the work in the stages, drops what is inside, cancels the input and rejects the reader with its reason. */
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock;
}

/** Types of neighbours are checked where stages are added; inside, items are opaque. */
type AnyStage = Stage<unknown, unknown>;

/**
 * A source, a line of stages and an output, running: what all kinds of pipelines have in common. Starts with the
 * first read. Stages may come and go while items flow.
 */
export class Flow implements AbortTarget {
  readonly errors: ErrorStream;
  readonly clock: Clock;
  readonly #output: Inbox<unknown>;
  readonly #source: PipelineSource<unknown>;
  /** From the source into the first stage. */
  readonly #head: Outlet<unknown>;
  readonly #stages: AnyStage[] = [];
  /** By stage; they never reject. */
  readonly #running = new Map<AnyStage, Promise<void>>();
  readonly #stop = new AbortController();
  readonly #outerSignal: AbortSignal | undefined;
  #outerWatch: AbortWatch | undefined = undefined;
  #isStarted = false;
  /** Made when it is needed: looping over the source may be what starts it. */
  #intake: Intake | undefined = undefined;
  /** What the reader is told after the last result; `undefined` for a good end. */
  #failure: { readonly reason: unknown } | undefined = undefined;
  #ending: Promise<void> | undefined = undefined;

  constructor(source: PipelineSource<unknown>, options: PipelineOptions) {
    this.#source = source;
    this.errors = new ErrorStream(options.errors);
    this.clock = options.clock ?? monotonicClock;
    this.#output = new Inbox(options.buffer ?? 1);
    this.#head = new Outlet(this.#output);
    this.#outerSignal = options.signal;
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Those that take items, first to last; leaving ones are no longer among them. */
  get stages(): readonly AnyStage[] {
    return this.#stages.filter((stage) => !stage.isLeaving);
  }

  metrics(): readonly StageMetrics[] {
    return this.#stages.map((stage) => stage.metrics());
  }

  /**
   * Puts a stage in front of another, or at the end. Items that have passed its place do not go through it, and
   * stay ahead of those that do.
   */
  insert<In, Out>(definition: StageDefinition<In, Out>, before?: AnyStage): void {
    // A place right before a live stage is never before a leaving one: its outlet may be held.
    const index = before === undefined ? this.#stages.length : this.#stages.indexOf(before);
    const upstream = this.#outletBefore(index);
    // What flows in front of a stage is of its type, as was checked when the line was put together.
    const stage = new Stage(definition as StageDefinition<unknown, unknown>, this, upstream.target);
    this.#stages.splice(index, 0, stage);
    upstream.redirect(stage.inbox);
    if (upstream.isEnded) stage.inbox.channel.close();
    if (this.#isStarted) this.#run(stage);
  }

  /**
   * Takes a stage out. What it has already taken in, it finishes and passes on; what comes after waits until then,
   * so the order stays. Resolves when the last of it has passed on.
   */
  async remove(stage: AnyStage): Promise<StageMetrics> {
    stage.isLeaving = true;
    const upstream = this.#outletBefore(this.#stages.indexOf(stage));
    if (this.#isStarted) {
      upstream.hold();
      await stage.inbox.settled();
      stage.inbox.channel.close();
      await this.#running.get(stage);
      this.#running.delete(stage);
      // The next one may be leaving too: until it has gone, nothing may be directed to it.
      while (stage.outlet.isHeld) await stage.outlet.release();
    }
    this.#stages.splice(this.#stages.indexOf(stage), 1);
    upstream.redirect(stage.outlet.target);
    if (upstream.isEnded) await this.#endOutlet(stage.outlet);
    return stage.metrics();
  }

  /** The next result. Rejects, after the last one, with what ended the pipeline early. */
  next(): Promise<IteratorResult<unknown, undefined>> {
    if (!this.#isStarted) this.#start();
    const ready = this.#output.channel.tryReceive();
    return ready?.done === false ? Promise.resolve(ready) : this.#nextOrEnd();
  }

  /** Reads on, as `T`: the type of what the last stage gives. Leaving closes the flow. */
  reader<T>(): AsyncIterator<T, undefined> {
    return {
      // Whoever put the stages together knows the type of the last.
      next: () => this.next() as Promise<IteratorResult<T, undefined>>,
      return: async () => {
        await this.close();
        return { done: true, value: undefined };
      },
    };
  }

  /** Takes nothing more from the source; what is inside still comes out. */
  finish(): void {
    this.#open().finish();
  }

  /** Drops what is inside and resolves when everything that ran has ended. @throws what the source's clean-up throws. */
  close(): Promise<void> {
    return this.#end(new PipelineClosedError());
  }

  /** The signal in its options aborts. */
  abort(reason: unknown): undefined {
    this.#fail(reason);
  }

  async #nextOrEnd(): Promise<IteratorResult<unknown, undefined>> {
    const next = await this.#output.channel.receive();
    if (next.done === true && this.#failure !== undefined) throw this.#failure.reason;
    return next;
  }

  #open(): Intake {
    this.#intake ??= createIntake(this.#source, this.#head);
    return this.#intake;
  }

  #start(): void {
    this.#isStarted = true;
    if (this.#ending !== undefined) return;
    const signal = this.#outerSignal;
    if (signal?.aborted === true) {
      this.#fail(signal.reason);
      return;
    }
    if (signal !== undefined) this.#outerWatch = new AbortWatch(signal, this);
    for (const stage of this.#stages) this.#run(stage);
    void this.#takeIn();
  }

  async #takeIn(): Promise<void> {
    try {
      await this.#open().run();
    } catch (reason) {
      // Late news from a source that was cancelled concerns nobody.
      if (!this.signal.aborted) this.#failure = { reason };
    }
    await this.#endOutlet(this.#head);
  }

  #run(stage: AnyStage): void {
    const running = stage.run().then(
      () => (stage.isLeaving ? undefined : this.#endOutlet(stage.outlet)),
      (error: unknown) => this.#fail(error),
    );
    this.#running.set(stage, running);
  }

  async #endOutlet(outlet: Outlet<unknown>): Promise<void> {
    await outlet.end();
    // The output ends behind everything else.
    if (this.#output.channel.isClosed && !this.signal.aborted) {
      this.#ending ??= Promise.resolve();
      this.#tidyUp();
    }
  }

  #fail(reason: unknown): void {
    this.#failure ??= { reason };
    // The reader is told of the first failure only; whoever closes learns of this one too.
    this.#end(reason).catch(() => undefined);
  }

  #end(reason: unknown): Promise<void> {
    this.#ending ??= this.#shutDown(reason);
    return this.#ending;
  }

  async #shutDown(reason: unknown): Promise<void> {
    this.#stop.abort(reason);
    for (const stage of this.#stages) stage.inbox.channel.cancel();
    this.#output.channel.cancel();
    const cancelled = this.#open().cancel();
    await Promise.allSettled([cancelled, ...this.#running.values()]);
    this.#tidyUp();
    await cancelled;
  }

  #tidyUp(): void {
    this.#outerWatch?.end();
    this.errors.close();
  }

  #outletBefore(index: number): Outlet<unknown> {
    return this.#stages[index - 1]?.outlet ?? this.#head;
  }
}
