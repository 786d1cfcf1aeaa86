import { channel as cspChannel } from '@thi.ng/csp';
import { Broadcast, Channel, debounce, merge, PriorityChannel, throttle } from '@zaphub/concurrency';
import * as Effect from 'effect/Effect';
import * as Queue from 'effect/Queue';
import { concatMap, Subject } from 'rxjs';
import type { Comparison, Operation } from './comparison.ts';
import { ReferenceRing } from './reference-ring.ts';

const count = 500_000;
const buffered = 64;
const subscribers = 100;
/** Priorities that come in turn. */
const priorities = 8;
const mergedInputs = 4;

/** One loop sends, one receives; each waits for each of its calls. */
const ourPair =
  (capacity: number): Operation =>
  (times) => {
    const channel = new Channel<number>(capacity);
    return bothEnds(
      async () => {
        for (let n = 0; n < times; n++) await channel.send(n);
      },
      async () => {
        for (let n = 0; n < times; n++) await channel.receive();
      },
    );
  };

const cspPair =
  (capacity: number): Operation =>
  (times) => {
    const channel = cspChannel<number>(capacity);
    return bothEnds(
      async () => {
        for (let n = 0; n < times; n++) await channel.write(n);
      },
      async () => {
        for (let n = 0; n < times; n++) await channel.read();
      },
    );
  };

const effectPair =
  (capacity: number): Operation =>
  (times) =>
    Effect.runPromise(
      Effect.gen(function* () {
        const queue = yield* Queue.bounded<number>(capacity);
        const sending = Effect.gen(function* () {
          for (let n = 0; n < times; n++) yield* Queue.offer(queue, n);
        });
        const receiving = Effect.gen(function* () {
          for (let n = 0; n < times; n++) yield* Queue.take(queue);
        });
        yield* Effect.all([sending, receiving], { concurrency: 'unbounded' });
      }),
    );

const ringPair =
  (capacity: number): Operation =>
  (times) => {
    const ring = new ReferenceRing(capacity);
    return bothEnds(
      async () => {
        for (let n = 0; n < times; n++) await ring.send(n);
      },
      async () => {
        for (let n = 0; n < times; n++) await ring.receive();
      },
    );
  };

const byPriority: Operation = (times) => {
  const channel = new PriorityChannel<number>(buffered, { ageingMs: 1000 });
  return bothEnds(
    async () => {
      for (let n = 0; n < times; n++) await channel.send(n, n % priorities);
    },
    async () => {
      for (let n = 0; n < times; n++) await channel.receive();
    },
  );
};

/** Sent to several channels in turn, read as one. */
const merged: Operation = (times) => {
  const inputs = Array.from({ length: mergedInputs }, () => new Channel<number>(buffered));
  const output = merge(inputs);
  return bothEnds(
    async () => {
      for (let n = 0; n < times; n += mergedInputs) for (const input of inputs) await input.send(n);
    },
    async () => {
      for (let n = 0; n < times; n++) await output.receive();
    },
  );
};

/** Sends everything and closes, while a loop reads what comes out at the other end. */
const through =
  (outputOf: (input: Channel<number>) => AsyncIterable<number>): Operation =>
  (times) => {
    const input = new Channel<number>(buffered);
    const output = outputOf(input);
    return bothEnds(
      async () => {
        for (let n = 0; n < times; n++) await input.send(n);
        input.close();
      },
      async () => {
        for await (const _ of output);
      },
    );
  };

const ourBroadcast: Operation = async (times) => {
  const broadcast = new Broadcast<number>();
  const round = new Round();
  const reading = Array.from({ length: subscribers }, async () => {
    const subscription = broadcast.subscribe({ capacity: buffered, overflow: 'disconnect' });
    while ((await subscription.receive()).done !== true) round.handled();
  });
  for (let sent = 0; sent < times; sent += buffered * subscribers) {
    await round.of(() => broadcast.trySend(sent));
  }
  broadcast.close();
  await Promise.all(reading);
};

const rxjsBroadcast: Operation = async (times) => {
  const subject = new Subject<number>();
  const round = new Round();
  const handle = async (): Promise<void> => round.handled();
  for (let made = 0; made < subscribers; made++) subject.pipe(concatMap(handle)).subscribe();
  for (let sent = 0; sent < times; sent += buffered * subscribers) await round.of(() => subject.next(sent));
  subject.complete();
};

/** Sends a burst, then waits until every subscriber has handled all of it. */
class Round {
  #left = 0;
  #onEnd: () => void = () => undefined;

  of(send: () => void): Promise<void> {
    return new Promise((resolve) => {
      this.#left = buffered * subscribers;
      this.#onEnd = resolve;
      for (let sent = 0; sent < buffered; sent++) send();
    });
  }

  handled(): void {
    if (--this.#left === 0) this.#onEnd();
  }
}

const bothEnds = (send: () => Promise<void>, receive: () => Promise<void>): Promise<unknown> =>
  Promise.all([send(), receive()]);

const buffers = [64, 1].map((capacity): Comparison => ({
  row: `channel, ${capacity} buffered: send + receive`,
  count,
  ours: ourPair(capacity),
  peers: {
    '@thi.ng/csp': cspPair(capacity),
    'effect Queue.bounded': effectPair(capacity),
    'bare ring': ringPair(capacity),
  },
  goals: [
    { peer: '@thi.ng/csp', ratio: 1.8 },
    { peer: 'effect Queue.bounded', ratio: 5 },
  ],
  peerCounts: { 'effect Queue.bounded': count / 5 },
  note: 'effect offers and takes in fibers of one program; the bare ring cannot be closed, aborted or selected from',
}));

const besidePlain = (row: string, ours: Operation, plain: Operation, note: string): Comparison => ({
  row,
  count,
  ours,
  peers: { 'our Channel': plain },
  goals: [{ peer: 'our Channel', ratio: 0.5 }],
  note,
});

/** Channels beside other libraries' and beside the bare ring, and what is made of channels beside the plain one. */
export const channelsComparisons: readonly Comparison[] = [
  ...buffers,
  {
    row: `broadcast to ${subscribers} subscribers: one delivery`,
    count: 16 * buffered * subscribers,
    ours: ourBroadcast,
    peers: { 'rxjs Subject': rxjsBroadcast },
    goals: [{ peer: 'rxjs Subject', ratio: 5 }],
    roundsFactor: 2,
    note: `bursts of ${buffered}; each subscriber handles its values one after the other: a loop that receives, and concatMap with an async function`,
  },
  besidePlain(
    `priority channel, ${buffered} buffered: send + receive`,
    byPriority,
    ourPair(buffered),
    `${priorities} priorities with ageing`,
  ),
  besidePlain(
    `merge of ${mergedInputs}: send + receive`,
    merged,
    ourPair(buffered),
    'the plain side has one input',
  ),
  besidePlain(
    'debounce: send',
    through((input) => debounce(input, { quietMs: 1 })),
    through((input) => input),
    'the plain side delivers every value, this one the last',
  ),
  besidePlain(
    'throttle: send',
    through((input) => throttle(input, { intervalMs: 1 })),
    through((input) => input),
    'the plain side delivers every value, this one one a millisecond',
  ),
];
