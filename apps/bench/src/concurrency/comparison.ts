/** Does the thing `count` times; its own set-up belongs inside and should be negligible. */
export type Operation = (count: number) => Promise<unknown>;

/** One of our primitives beside its peers, all doing the same in one run. */
export interface Comparison {
  /** What is done, such as `channel, 64 buffered: send + receive`. */
  readonly row: string;
  /** Operations of one measurement; enough for a few hundred milliseconds of the slower side. */
  readonly count: number;
  readonly ours: Operation;
  /** By name, such as `p-queue`. */
  readonly peers: Readonly<Record<string, Operation>>;
  /** The goals that this row must meet: at least `ratio` times the peer's rate. */
  readonly goals: readonly { readonly peer: string; readonly ratio: number }[];
  /** Smaller counts for peers that cannot do `count` in reasonable time. */
  readonly peerCounts?: Readonly<Record<string, number>>;
  /** How many times as many rounds it needs as others; default 1. */
  readonly roundsFactor?: number;
  /**
   * Measures processor time, all threads of the process, instead of time that passed: for goals so tight that other
   * programs on the machine would decide. Only for operations that never wait for a timer.
   */
  readonly byProcessorTime?: boolean;
  /** Where the semantics differ, or why a goal is missed; printed under the row. */
  readonly note?: string;
}
