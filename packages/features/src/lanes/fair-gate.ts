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
  readonly tenantId: string;
  readonly startTag: number;
  readonly enter: () => void;
}

/**
 * Start-time fair queueing: each piece of work has a virtual start, after the virtual end of its tenant's one before;
 * the earliest goes first. Who was idle begins at the present: nothing is saved up, and whoever asks for little is
 * hardly ever kept waiting by whoever asks for much. One tenant never has the whole gate: a place is left for whoever
 * comes next, who would otherwise wait for the end of a piece of theirs each time.
 */
export function createFairGate(options: { readonly capacity: number }): FairGate {
  const { capacity } = options;
  const mostForOne = Math.max(1, capacity - 1);
  const ends = new Map<string, number>();
  const line: Waiting[] = [];
  /** How many pieces of each tenant are under way. */
  const inside = new Map<string, number>();
  let running = 0;
  let present = 0;

  const mayEnter = (tenantId: string): boolean =>
    running < capacity && (inside.get(tenantId) ?? 0) < mostForOne;
  const enter = (tenantId: string, startTag: number): void => {
    running++;
    inside.set(tenantId, (inside.get(tenantId) ?? 0) + 1);
    present = startTag;
  };
  const leave = (tenantId: string): void => {
    running--;
    const left = (inside.get(tenantId) ?? 1) - 1;
    if (left === 0) inside.delete(tenantId);
    else inside.set(tenantId, left);
  };

  const next = (): void => {
    let first = -1;
    for (let i = 0; i < line.length; i++) {
      if (!mayEnter(line[i]?.tenantId ?? '')) continue;
      if (first < 0 || (line[i]?.startTag ?? 0) < (line[first]?.startTag ?? 0)) first = i;
    }
    const [waiting] = first < 0 ? [] : line.splice(first, 1);
    if (waiting === undefined) {
      if (running > 0 || line.length > 0) return;
      // Nobody is here: there is nothing left to be fair about.
      ends.clear();
      present = 0;
      return;
    }
    enter(waiting.tenantId, waiting.startTag);
    waiting.enter();
  };

  return {
    async run({ tenantId, weight }, cost, work) {
      const startTag = Math.max(present, ends.get(tenantId) ?? 0);
      ends.set(tenantId, startTag + cost / weight);
      // Whoever is in line and could enter has been let in.
      if (mayEnter(tenantId)) enter(tenantId, startTag);
      else await new Promise<void>((resolve) => line.push({ tenantId, startTag, enter: resolve }));
      try {
        return await work();
      } finally {
        leave(tenantId);
        next();
      }
    },
  };
}
