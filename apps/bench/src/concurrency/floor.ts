import type { Comparison } from './comparison.ts';

const settled = Promise.resolve();
const work = async (): Promise<number> => 1;

/** What no primitive can beat: the engine's own cost of waiting, and the barest code that hands values over. */
export const floorComparisons: readonly Comparison[] = [
  {
    row: 'floor: await a settled value',
    count: 1_000_000,
    ours: async (count) => {
      for (let done = 0; done < count; done++) await settled;
    },
    peers: {},
    goals: [],
  },
  {
    row: 'floor: await a new promise',
    count: 1_000_000,
    ours: async (count) => {
      for (let done = 0; done < count; done++) await new Promise<void>((resolve) => resolve());
    },
    peers: {},
    goals: [],
  },
  {
    row: 'bare reference: channel of 64',
    count: 300_000,
    ours: async (count) => {
      const ring = new BareRing(64);
      await Promise.all([sendAll(ring, count), receiveAll(ring, count)]);
    },
    peers: {},
    goals: [],
    note: 'no close, no select, no abort: an array, two lists of resolvers',
  },
  {
    row: 'bare reference: 10 at once',
    count: 1_000_000,
    ours: async (count) => {
      let next = 0;
      const worker = async (): Promise<void> => {
        while (next++ < count) await work();
      };
      await Promise.all(Array.from({ length: 10 }, worker));
    },
    peers: {},
    goals: [],
    note: 'workers that share an index: no results, no errors, no abort',
  },
];

/** The least that hands values from senders to receivers in order. */
class BareRing {
  readonly #capacity: number;
  readonly #held: number[] = [];
  readonly #receivers: ((value: number) => void)[] = [];
  readonly #senders: { readonly value: number; readonly resolve: () => void }[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  send(value: number): Promise<void> {
    const receiver = this.#receivers.shift();
    if (receiver !== undefined) receiver(value);
    else if (this.#held.length < this.#capacity) this.#held.push(value);
    else return new Promise((resolve) => void this.#senders.push({ value, resolve }));
    return settled;
  }

  receive(): Promise<number> {
    const held = this.#held.shift();
    if (held === undefined) return new Promise((resolve) => void this.#receivers.push(resolve));
    const sender = this.#senders.shift();
    if (sender !== undefined) {
      this.#held.push(sender.value);
      sender.resolve();
    }
    return Promise.resolve(held);
  }
}

async function sendAll(ring: BareRing, count: number): Promise<void> {
  for (let value = 0; value < count; value++) await ring.send(value);
}

async function receiveAll(ring: BareRing, count: number): Promise<void> {
  for (let received = 0; received < count; received++) await ring.receive();
}
