/** Whoever wants to work, and how much of it is theirs. */
export interface Share {
  readonly tenantId: string;
  /** Twice the weight gets twice the work done while both wait. */
  readonly weight: number;
}

/** Lets a few pieces of work through at a time, shared out among tenants by weight. */
export interface FairGate {
  /** Runs `work` when it is its turn. `cost`: what it counts against its tenant's share, such as rows. */
  run<T>(share: Share, cost: number, work: () => Promise<T>): Promise<T>;
}

interface Waiting {
  readonly startTag: number;
  readonly enter: () => void;
}

/**
 * Start-time fair queueing: each piece of work has a virtual start, after the virtual end of its tenant's one before;
 * the earliest goes first. Who was idle begins at the present: nothing is saved up, and whoever asks for little is
 * hardly ever kept waiting by whoever asks for much.
 */
export function createFairGate(options: { readonly capacity: number }): FairGate {
  const { capacity } = options;
  const ends = new Map<string, number>();
  const line: Waiting[] = [];
  let running = 0;
  let present = 0;

  const next = (): void => {
    let first = -1;
    for (let i = 0; i < line.length; i++) {
      if (first < 0 || (line[i]?.startTag ?? 0) < (line[first]?.startTag ?? 0)) first = i;
    }
    const [waiting] = first < 0 ? [] : line.splice(first, 1);
    if (waiting === undefined) {
      if (running > 0) return;
      // Nobody is here: there is nothing left to be fair about.
      ends.clear();
      present = 0;
      return;
    }
    running++;
    present = waiting.startTag;
    waiting.enter();
  };

  return {
    async run({ tenantId, weight }, cost, work) {
      const startTag = Math.max(present, ends.get(tenantId) ?? 0);
      ends.set(tenantId, startTag + cost / weight);
      if (running < capacity) {
        running++;
        present = startTag;
      } else {
        await new Promise<void>((enter) => line.push({ startTag, enter }));
      }
      try {
        return await work();
      } finally {
        running--;
        next();
      }
    },
  };
}
