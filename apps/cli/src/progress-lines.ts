/** Tells steps as they pass, each with the time it took. */
export interface ProgressLines {
  /** Ends the step before and begins the next. */
  step(label: string): void;
  /** Ends the last step. */
  done(): void;
  /** A remark between steps. */
  note(line: string): void;
}

/**
 * Progress lines such as `Starting the database… 0.9 s`, told through `tell`. A step is told when it begins only
 * if it is still running after a moment, so a fast start prints one line a step.
 *
 * @param now a monotonic clock, in milliseconds
 */
export function createProgressLines(
  tell: (line: string) => void,
  now: () => number = () => performance.now(),
): ProgressLines {
  let current: { label: string; startedAt: number; timer: NodeJS.Timeout } | undefined;
  const done = () => {
    if (!current) return;
    clearTimeout(current.timer);
    tell(`${current.label}… ${((now() - current.startedAt) / 1000).toFixed(1)} s`);
    current = undefined;
  };
  return {
    step: (label) => {
      done();
      current = { label, startedAt: now(), timer: setTimeout(tell, 2_000, `${label}…`) };
    },
    done,
    note: tell,
  };
}
