import fc from 'fast-check';
import { expect, it } from 'vitest';
import { tick } from '../time/manual-clock.ts';
import { Channel } from './channel.ts';
import type { Overflow } from './overflow.ts';
import type { Received } from './ports.ts';
import { select } from './select.ts';
import { sendTo } from './send-case.ts';

/** One call that may have to wait. */
class Party {
  outcome = 'pending';
}

interface Standing {
  readonly party: Party;
  readonly value: number;
  /** What it says in front of the outcome: the name of a select's case. */
  readonly prefix: string;
}

/** A channel in plain arrays, everything decided at once. */
class Model {
  readonly capacity: number;
  readonly overflow: Overflow;
  held: number[] = [];
  senders: Standing[] = [];
  receivers: Standing[] = [];
  isClosed = false;
  dropped = 0;
  readonly #all: readonly Model[];

  constructor(capacity: number, overflow: Overflow, all: readonly Model[]) {
    this.capacity = capacity;
    this.overflow = overflow;
    this.#all = all;
  }

  settle(standing: Standing, outcome: string): void {
    standing.party.outcome = standing.prefix + outcome;
    this.forget(standing.party);
  }

  forget(party: Party): void {
    for (const model of this.#all) {
      model.senders = model.senders.filter((one) => one.party !== party);
      model.receivers = model.receivers.filter((one) => one.party !== party);
    }
  }

  trySend(value: number): boolean {
    const [receiver] = this.receivers;
    if (this.isClosed) return false;
    if (receiver !== undefined) this.settle(receiver, `got ${value}`);
    else if (this.held.length < this.capacity) this.held.push(value);
    else if (this.overflow === 'block' || this.overflow === 'error') return false;
    else {
      this.dropped++;
      if (this.overflow === 'drop-oldest' && this.capacity > 0) this.held = [...this.held.slice(1), value];
    }
    return true;
  }

  /** What was received, `end`, or nothing. */
  tryReceive(): string | undefined {
    const [first] = this.held;
    const [sender] = this.senders;
    if (first === undefined && sender === undefined) return this.isClosed ? 'end' : undefined;
    if (sender !== undefined) this.settle(sender, 'sent');
    if (first === undefined) return `got ${sender?.value}`;
    this.held.shift();
    if (sender !== undefined) this.held.push(sender.value);
    return `got ${first}`;
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    // A select that waits on both sides is refused first, so each list is read when its turn comes.
    for (let [one] = this.senders; one !== undefined; [one] = this.senders) {
      this.settle({ ...one, prefix: '' }, 'channel_closed');
    }
    for (let [one] = this.receivers; one !== undefined; [one] = this.receivers) this.settle(one, 'end');
  }
}

const channelIndex = fc.nat({ max: 1 });
const selectCase = fc.record({
  channel: channelIndex,
  side: fc.constantFrom('receive' as const, 'send' as const),
});
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('send' as const), channel: channelIndex }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('receive' as const), channel: channelIndex }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('trySend' as const), channel: channelIndex }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('tryReceive' as const), channel: channelIndex }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('abort' as const), which: fc.nat() }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('select' as const),
      cases: fc.array(selectCase, { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('close' as const), channel: channelIndex }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), channel: channelIndex }) },
);
const shape = fc.record({
  capacity: fc.nat({ max: 3 }),
  overflow: fc.constantFrom<Overflow>('block', 'block', 'error', 'drop-oldest', 'drop-newest'),
});

const told = (result: Received<unknown>): string =>
  result.done === true ? 'end' : `got ${String(result.value)}`;
const failed = (error: { code?: string; message: string }): string => error.code ?? error.message;

it('channels and select do what a model in plain arrays does, in any interleaving', async () => {
  await fc.assert(
    fc.asyncProperty(fc.tuple(shape, shape), fc.array(step, { maxLength: 60 }), async (shapes, steps) => {
      const models: Model[] = [];
      for (const { capacity, overflow } of shapes) models.push(new Model(capacity, overflow, models));
      const channels = shapes.map(({ capacity, overflow }) => new Channel<number>(capacity, { overflow }));
      const calls: { party: Party; stop: AbortController; real: { outcome: string } }[] = [];
      const at = <One>(list: readonly One[], index: number): One => list[index] as One;
      /** Notes what becomes of the real call, beside the model's party. */
      const watch = (party: Party, run: (signal: AbortSignal) => Promise<string>): void => {
        const stop = new AbortController();
        const real = { outcome: 'pending' };
        calls.push({ party, stop, real });
        run(stop.signal).then(
          (outcome) => (real.outcome = outcome),
          (error) => (real.outcome = failed(error)),
        );
      };
      let next = 0;
      for (const current of steps) {
        const value = next++;
        const party = new Party();
        if (current.kind === 'abort') {
          const waiting = calls.filter((call) => call.party.outcome === 'pending');
          if (waiting.length === 0) continue;
          const call = at(waiting, current.which % waiting.length);
          call.party.outcome = 'gave up';
          models[0]?.forget(call.party);
          call.stop.abort(new Error('gave up'));
        } else if (current.kind === 'select') {
          modelSelect(party, current.cases, models, value);
          const cases = current.cases.map(({ channel, side }, index) => [
            `case ${index} `,
            side === 'receive' ? at(channels, channel) : sendTo(at(channels, channel), value),
          ]);
          watch(party, async (signal) => {
            const chosen = await select(Object.fromEntries(cases), { choice: 'listed', signal });
            const wasSend = current.cases[Number(chosen.name.split(' ')[1])]?.side === 'send';
            return chosen.name + (wasSend ? 'sent' : told(chosen));
          });
        } else {
          const model = at(models, current.channel);
          const channel = at(channels, current.channel);
          const standing = { party, value, prefix: '' };
          switch (current.kind) {
            case 'send':
              if (model.trySend(value)) party.outcome = 'sent';
              else if (model.isClosed) party.outcome = 'channel_closed';
              else if (model.overflow === 'error') party.outcome = 'channel_full';
              else model.senders.push(standing);
              watch(party, (signal) => channel.send(value, signal).then(() => 'sent'));
              break;
            case 'receive': {
              const outcome = model.tryReceive();
              if (outcome === undefined) model.receivers.push(standing);
              else party.outcome = outcome;
              watch(party, (signal) => channel.receive(signal).then(told));
              break;
            }
            case 'trySend':
              expect(channel.trySend(value)).toBe(model.trySend(value));
              break;
            case 'tryReceive': {
              const result = channel.tryReceive();
              expect(result && told(result)).toBe(model.tryReceive());
              break;
            }
            case 'close':
              model.close();
              channel.close();
              break;
            case 'cancel':
              model.close();
              model.held = [];
              channel.cancel();
              break;
          }
        }
        expect(channels.map(stateOf)).toEqual(models.map(stateOfModel));
      }
      await tick();
      expect(calls.map(({ real }) => real.outcome)).toEqual(calls.map((call) => call.party.outcome));
    }),
    { numRuns: 500 },
  );
});

function modelSelect(
  party: Party,
  cases: readonly { channel: number; side: 'receive' | 'send' }[],
  models: readonly Model[],
  value: number,
): void {
  const entries = cases.map(({ channel, side }, index) => ({
    model: models[channel] as Model,
    side,
    prefix: `case ${index} `,
  }));
  if (entries.some(({ model, side }) => side === 'send' && model.isClosed)) {
    party.outcome = 'channel_closed';
    return;
  }
  for (const { model, side, prefix } of entries) {
    const outcome = side === 'receive' ? model.tryReceive() : model.trySend(value) ? 'sent' : undefined;
    if (outcome !== undefined) {
      party.outcome = prefix + outcome;
      return;
    }
  }
  for (const { model, side, prefix } of entries) {
    (side === 'receive' ? model.receivers : model.senders).push({ party, value, prefix });
  }
}

const stateOf = (channel: Channel<number>): unknown => [
  channel.size,
  channel.waitingSenders,
  channel.waitingReceivers,
  channel.dropped,
  channel.isClosed,
];
const stateOfModel = (model: Model): unknown => [
  model.held.length,
  model.senders.length,
  model.receivers.length,
  model.dropped,
  model.isClosed,
];
