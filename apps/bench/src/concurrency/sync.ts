import { Barrier, Latch, Mutex, RwLock, Semaphore } from '@zaphub/concurrency';
import * as asyncMutex from 'async-mutex';
import { Sema } from 'async-sema';
import type { Comparison, Operation } from './comparison.ts';

const count = 500_000;
/** A twentieth of ours in the same time. */
const peerCounts = { 'async-mutex': 50_000 };
const goals = [
  { peer: 'async-sema', ratio: 0.9 },
  { peer: 'async-mutex', ratio: 10 },
];
const work = async (): Promise<number> => 1;

const sema: Operation = async (times) => {
  const lock = new Sema(1);
  for (let done = 0; done < times; done++) {
    await lock.acquire();
    lock.release();
  }
};

const theirMutex: Operation = async (times) => {
  const lock = new asyncMutex.Mutex();
  for (let done = 0; done < times; done++) (await lock.acquire())();
};

/** What is free is taken and given back, one after the other. */
const uncontended: readonly Comparison[] = [
  {
    row: 'mutex: acquire + release',
    count,
    ours: async (times) => {
      const lock = new Mutex();
      for (let done = 0; done < times; done++) (await lock.acquire()).release();
    },
    peers: { 'async-sema': sema, 'async-mutex': theirMutex },
    goals,
    peerCounts,
    note: 'a second release of ours does nothing; one of async-sema lets one too many in',
  },
  {
    row: 'mutex: run',
    count,
    ours: async (times) => {
      const lock = new Mutex();
      for (let done = 0; done < times; done++) await lock.run(work);
    },
    peers: {
      'async-sema': async (times) => {
        const lock = new Sema(1);
        const run = async (): Promise<number> => {
          await lock.acquire();
          try {
            return await work();
          } finally {
            lock.release();
          }
        };
        for (let done = 0; done < times; done++) await run();
      },
      'async-mutex': async (times) => {
        const lock = new asyncMutex.Mutex();
        for (let done = 0; done < times; done++) await lock.runExclusive(work);
      },
    },
    goals,
    peerCounts,
  },
  {
    row: 'semaphore of 10: acquire + release of 3',
    count,
    ours: async (times) => {
      const lock = new Semaphore(10);
      for (let done = 0; done < times; done++) (await lock.acquire({ weight: 3 })).release();
    },
    peers: {
      'async-sema': async (times) => {
        const lock = new Sema(10);
        for (let done = 0; done < times; done++) {
          await lock.acquire();
          lock.release();
        }
      },
      'async-mutex': async (times) => {
        const lock = new asyncMutex.Semaphore(10);
        for (let done = 0; done < times; done++) (await lock.acquire(3))[1]();
      },
    },
    goals: [
      { peer: 'async-sema', ratio: 0.9 },
      { peer: 'async-mutex', ratio: 10 },
    ],
    note:
      'async-sema has no weights: it takes 1. Misses ten times async-mutex, whose bare semaphore does a third of what ' +
      'awaiting a settled value does: the floor leaves room for three times; its run, the row below, is slower',
  },
  {
    row: 'semaphore of 10: run with 3',
    count,
    ours: async (times) => {
      const lock = new Semaphore(10);
      for (let done = 0; done < times; done++) await lock.run(work, { weight: 3 });
    },
    peers: {
      'async-mutex': async (times) => {
        const lock = new asyncMutex.Semaphore(10);
        for (let done = 0; done < times; done++) await lock.runExclusive(work, 3);
      },
    },
    goals: [{ peer: 'async-mutex', ratio: 10 }],
    peerCounts,
  },
  {
    row: 'rwlock: read + release',
    count,
    ours: async (times) => {
      const lock = new RwLock();
      for (let done = 0; done < times; done++) (await lock.acquireRead()).release();
    },
    peers: { 'async-sema': sema, 'async-mutex': theirMutex },
    goals,
    peerCounts,
    note: 'the peers have no read-write lock: their mutex',
  },
  {
    row: 'rwlock: write + release',
    count,
    ours: async (times) => {
      const lock = new RwLock();
      for (let done = 0; done < times; done++) (await lock.acquireWrite()).release();
    },
    peers: { 'async-sema': sema, 'async-mutex': theirMutex },
    goals,
    peerCounts,
    note: 'the peers have no read-write lock: their mutex',
  },
];

/** Takes a lock, and gives it back when its turn has come. */
type CreatePass = () => (onTurn: () => void) => void;

/**
 * `waiters` stand in each of several lines, and each that is served gets in line again, behind the others, before it
 * lets the next one in.
 */
function inLines(lines: number, waiters: number, createPass: CreatePass): Operation {
  return (times) =>
    new Promise<void>((resolve) => {
      let toStart = times;
      let toEnd = times;
      for (let line = 0; line < lines; line++) {
        const pass = createPass();
        const stand = (): void => {
          if (toStart-- > 0) pass(onTurn);
        };
        const onTurn = (): void => {
          stand();
          if (--toEnd === 0) resolve();
        };
        for (let n = 0; n < waiters; n++) stand();
      }
    });
}

const passes = {
  mutex: () => {
    const lock = new Mutex();
    return (onTurn) =>
      void lock.acquire().then((permit) => {
        onTurn();
        permit.release();
      });
  },
  semaphore: () => {
    const lock = new Semaphore(10);
    return (onTurn) =>
      void lock.acquire({ weight: 8 }).then((permit) => {
        onTurn();
        permit.release();
      });
  },
  'rwlock, writers': () => {
    const lock = new RwLock();
    return (onTurn) =>
      void lock.acquireWrite().then((permit) => {
        onTurn();
        permit.release();
      });
  },
} satisfies Record<string, CreatePass>;

const sema100k = inLines(1, 100_000, () => {
  const lock = new Sema(1);
  return (onTurn) =>
    void lock.acquire().then(() => {
      onTurn();
      lock.release();
    });
});

/** The least that serves in order: a linked list of resolvers, no abort, no weight, no idempotence. */
const createBarePass: CreatePass = () => {
  interface Cell {
    readonly resolve: () => void;
    next: Cell | undefined;
  }
  let isHeld = false;
  let first: Cell | undefined;
  let last: Cell | undefined;
  const acquire = (): Promise<void> => {
    if (isHeld) {
      return new Promise((resolve) => {
        const cell: Cell = { resolve, next: undefined };
        if (last === undefined) first = cell;
        else last.next = cell;
        last = cell;
      });
    }
    isHeld = true;
    return Promise.resolve();
  };
  const release = (): void => {
    const cell = first;
    if (cell === undefined) {
      isHeld = false;
      return;
    }
    first = cell.next;
    if (first === undefined) last = undefined;
    cell.resolve();
  };
  return (onTurn) =>
    void acquire().then(() => {
      onTurn();
      release();
    });
};

const contended: readonly Comparison[] = [
  ...Object.entries(passes).map(([name, createPass]): Comparison => ({
    row: `${name}: 100,000 waiters in one line`,
    count,
    ours: inLines(1, 100_000, createPass),
    peers: {
      'ours, 100 lines of 1,000': inLines(100, 1000, createPass),
      'ours, 1,000 waiters': inLines(1, 1000, createPass),
      'async-sema': sema100k,
    },
    goals: [
      { peer: 'ours, 100 lines of 1,000', ratio: 0.8 },
      { peer: 'ours, 1,000 waiters', ratio: 0.8 },
    ],
    note:
      'a line of 100,000 hands over as fast as 100 lines of 1,000: the cost is constant. It misses against 1,000 ' +
      'waiters in all because 100,000 live promises outgrow the young heap; the bare list below falls alike',
  })),
  {
    row: 'bare reference: 100,000 waiters in one line',
    count,
    ours: inLines(1, 100_000, createBarePass),
    peers: {
      'bare, 100 lines of 1,000': inLines(100, 1000, createBarePass),
      'bare, 1,000 waiters': inLines(1, 1000, createBarePass),
    },
    goals: [],
    note: 'a linked list of resolvers: what the engine itself costs',
  },
];

const parties = 10;

const together: readonly Comparison[] = [
  {
    row: 'barrier: 10 parties arrive',
    count: 300_000,
    ours: async (times) => {
      const barrier = new Barrier(parties);
      const walk = async (): Promise<void> => {
        for (let done = 0; done < times; done += parties) await barrier.wait();
      };
      await Promise.all(Array.from({ length: parties }, walk));
    },
    peers: {
      'bare counter': async (times) => {
        let arrived = 0;
        let gate = Promise.withResolvers<void>();
        const wait = (): Promise<void> => {
          const { promise, resolve } = gate;
          if (++arrived === parties) {
            arrived = 0;
            gate = Promise.withResolvers();
            resolve();
          }
          return promise;
        };
        const walk = async (): Promise<void> => {
          for (let done = 0; done < times; done += parties) await wait();
        };
        await Promise.all(Array.from({ length: parties }, walk));
      },
    },
    goals: [],
    note: 'the bare counter shares one promise: no abort, no place in the order, no break',
  },
  {
    row: 'latch: 9 count, 1 waits',
    count: 300_000,
    ours: async (times) => {
      for (let done = 0; done < times; done += parties) {
        const latch = new Latch(parties - 1);
        const waiting = latch.wait();
        for (let n = 1; n < parties; n++) latch.countDown();
        await waiting;
      }
    },
    peers: {
      'bare counter': async (times) => {
        for (let done = 0; done < times; done += parties) {
          let left = parties - 1;
          const gate = Promise.withResolvers<void>();
          for (let n = 1; n < parties; n++) if (--left === 0) gate.resolve();
          await gate.promise;
        }
      },
    },
    goals: [],
  },
];

export const syncComparisons: readonly Comparison[] = [...uncontended, ...contended, ...together];
