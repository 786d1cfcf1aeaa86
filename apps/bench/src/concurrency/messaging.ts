import { PubSub, RequestReply, WorkQueue } from '@zaphub/concurrency';
import fastq from 'fastq';
import PQueue from 'p-queue';
import { concatMap, Subject } from 'rxjs';
import type { Comparison } from './comparison.ts';

const topics = ['orders', 'payments', 'log', 'audit'] as const;
const subscribersPerTopic = 25;
const handle = async (_message: number): Promise<void> => undefined;
const double = async (value: number): Promise<number> => value * 2;
/** As many as wait at the same time where a caller waits for room or for replies. */
const window = 100;

/** Each message goes to the subscribers of one topic, who handle one after another. */
async function pubSub(count: number, subscribers: number): Promise<void> {
  const events = new PubSub<Record<string, number>>();
  const reading = topics.flatMap((topic) =>
    Array.from({ length: subscribers }, async () => {
      for await (const message of events.subscribe(topic, { capacity: 64, overflow: 'disconnect' })) {
        await handle(message);
      }
    }),
  );
  for (let message = 0; message < count; message++) {
    events.publish(topics[message % topics.length] ?? '', message);
    // A breath as often as a publisher with other things to do takes one, so that readers keep up.
    if (message % window === window - 1) await new Promise((resolve) => setImmediate(resolve));
  }
  events.close();
  await Promise.all(reading);
}

async function rxjsSubjects(count: number, subscribers: number): Promise<void> {
  const subjects = new Map<string, Subject<number>>(topics.map((topic) => [topic, new Subject<number>()]));
  const reading = Array.from(subjects.values()).flatMap((subject) =>
    Array.from(
      { length: subscribers },
      () =>
        new Promise<void>((resolve) => {
          subject.pipe(concatMap(handle)).subscribe({ complete: resolve });
        }),
    ),
  );
  for (let message = 0; message < count; message++) {
    subjects.get(topics[message % topics.length] ?? '')?.next(message);
    if (message % window === window - 1) await new Promise((resolve) => setImmediate(resolve));
  }
  for (const subject of subjects.values()) subject.complete();
  await Promise.all(reading);
}

/** A hundred callers, each with one request at a time. */
async function callers(count: number, call: (value: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: window }, async () => {
      while (next < count) await call(next++);
    }),
  );
}

async function requestReply(count: number): Promise<void> {
  const calls = new RequestReply<number, number>({ maxPending: window, timeoutMs: 5000 });
  const serving = calls.serve(double, { workers: 10 });
  await callers(count, (value) => calls.request(value));
  calls.close();
  await serving;
}

/** What one writes by hand: a map from id to resolver, and perhaps a timer. */
class BareCalls {
  readonly #pending = new Map<number, (reply: number) => void>();
  readonly #timeoutMs: number | undefined;
  #lastId = 0;

  constructor(timeoutMs?: number) {
    this.#timeoutMs = timeoutMs;
  }

  request(value: number): Promise<number> {
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      if (this.#timeoutMs === undefined) this.#pending.set(id, resolve);
      else {
        const timer = setTimeout(() => {
          this.#pending.delete(id);
          reject(new Error('timeout'));
        }, this.#timeoutMs);
        this.#pending.set(id, (reply) => {
          clearTimeout(timer);
          resolve(reply);
        });
      }
      void this.#serve(id, value);
    });
  }

  async #serve(id: number, value: number): Promise<void> {
    const reply = await double(value);
    this.#pending.get(id)?.(reply);
    this.#pending.delete(id);
  }
}

function bareMap(timeoutMs?: number): (count: number) => Promise<void> {
  return (count) => {
    const calls = new BareCalls(timeoutMs);
    return callers(count, (value) => calls.request(value));
  };
}

async function workQueue(count: number): Promise<void> {
  const queue = new WorkQueue<number>({ work: handle, workers: 10, capacity: count });
  for (let item = 0; item < count; item++) void queue.add(item);
  await queue.close();
}

async function fastqPromise(count: number): Promise<void> {
  const queue = fastq.promise(handle, 10);
  for (let item = 0; item < count; item++) void queue.push(item);
  await queue.drained();
}

async function pQueue(count: number): Promise<void> {
  const queue = new PQueue({ concurrency: 10 });
  for (let item = 0; item < count; item++) void queue.add(() => handle(item));
  await queue.onIdle();
}

/** Every item fails once and succeeds at its second attempt. */
async function workQueueRetrying(count: number): Promise<void> {
  const queue = new WorkQueue<number>({
    work: (_item, { attempt }) => failOnce(attempt),
    workers: 10,
    capacity: count,
    attempts: 2,
  });
  for (let item = 0; item < count; item++) void queue.add(item);
  await queue.close();
}

async function fastqRetrying(count: number): Promise<void> {
  const queue = fastq.promise(async (job: { readonly item: number; attempt: number }): Promise<void> => {
    job.attempt++;
    try {
      await failOnce(job.attempt);
    } catch {
      void queue.push(job);
    }
  }, 10);
  for (let item = 0; item < count; item++) void queue.push({ item, attempt: 0 });
  await queue.drained();
}

const refused = new Error('unlucky');
const failOnce = (attempt: number): Promise<void> =>
  attempt === 1 ? Promise.reject(refused) : handle(attempt);

/** Messaging beside its peers and beside what one writes by hand. */
export const messagingComparisons: readonly Comparison[] = [
  {
    row: 'pub/sub: 4 topics of 25 subscribers, publish + handle in order',
    count: 20_000,
    ours: (count) => pubSub(count, subscribersPerTopic),
    peers: { 'rxjs Subjects': (count) => rxjsSubjects(count, subscribersPerTopic) },
    goals: [{ peer: 'rxjs Subjects', ratio: 1 }],
    note: 'rxjs keeps what a slow subscriber has not handled without limit; ours has a buffer and a strategy each.',
  },
  {
    row: 'pub/sub: 4 topics of 100 subscribers, publish + handle in order',
    count: 5_000,
    ours: (count) => pubSub(count, 100),
    peers: { 'rxjs Subjects': (count) => rxjsSubjects(count, 100) },
    goals: [{ peer: 'rxjs Subjects', ratio: 1 }],
  },
  {
    row: 'request/reply: 100 callers, 10 servers, a timeout each',
    count: 100_000,
    ours: requestReply,
    peers: { 'bare Map + setTimeout': bareMap(5000), 'bare Map': bareMap() },
    goals: [{ peer: 'bare Map + setTimeout', ratio: 1 }],
    note: 'the bare maps call the handler at once; they have no abort, no bound, no line of servers, and the second no timeouts. Where the goal is missed, that hand-over to one of ten servers is the difference.',
  },
  {
    row: 'work queue: 10 workers, add + done',
    count: 100_000,
    ours: workQueue,
    peers: { 'fastq.promise': fastqPromise, 'p-queue': pQueue },
    goals: [
      { peer: 'fastq.promise', ratio: 1 },
      { peer: 'p-queue', ratio: 1 },
    ],
    note: 'neither peer has attempts, dead letters, a bound or a view of what is in flight; both give the result of each item back, which a queue of work does not.',
  },
  {
    row: 'work queue: 10 workers, every item fails once',
    count: 50_000,
    ours: workQueueRetrying,
    peers: { 'fastq.promise + try again': fastqRetrying },
    goals: [{ peer: 'fastq.promise + try again', ratio: 1 }],
    note: 'fastq has no retry: its worker pushes the item again.',
  },
];
