import { Inbox } from './inbox.ts';
import { type FlowContext, ItemWork, nothing } from './item-work.ts';
import { OrderedLane } from './ordered-lane.ts';
import { Outlet } from './outlet.ts';
import { StageMeter, type StageMetrics } from './stage-meter.ts';
import type { StageDefinition } from './stage-options.ts';

/**
 * One step of a pipeline: takes items from its inbox, at most `workers` at a time, and puts the results into its
 * outlet. Holds no more than its inbox's capacity and one item for each worker; two, when it keeps the order.
 */
export class Stage<In, Out> {
  readonly name: string;
  readonly inbox: Inbox<In>;
  readonly outlet: Outlet<Out>;
  /** Being taken out: it takes nothing new and finishes what it has. */
  isLeaving = false;
  readonly #definition: StageDefinition<In, Out>;
  readonly #work: ItemWork<In, Out>;
  readonly #meter = new StageMeter();

  constructor(definition: StageDefinition<In, Out>, flow: FlowContext, target: Inbox<Out>) {
    this.name = definition.name;
    this.inbox = new Inbox(definition.buffer);
    this.outlet = new Outlet(target);
    this.#definition = definition;
    this.#work = new ItemWork(definition, flow, this.#meter);
  }

  /** Resolves when the input has ended and the last result has passed. @throws a fault of the stage's options. */
  async run(): Promise<void> {
    const { workers, isOrdered } = this.#definition;
    if (isOrdered && workers > 1) {
      await new OrderedLane(this.inbox.channel, this.#work, this.outlet, workers).run();
    } else {
      await Promise.all(Array.from({ length: workers }, () => this.#serve()));
    }
  }

  metrics(): StageMetrics {
    return this.#meter.metrics(this.name, this.inbox.channel.size);
  }

  /** One worker. */
  async #serve(): Promise<void> {
    const input = this.inbox.channel;
    for (;;) {
      const next = input.tryReceive() ?? (await input.receive());
      if (next.done === true) return;
      const pending = this.#work.perform(next.value);
      const result = pending instanceof Promise ? await pending : pending;
      if (result !== nothing && !this.outlet.tryPut(result)) await this.outlet.put(result);
    }
  }
}
