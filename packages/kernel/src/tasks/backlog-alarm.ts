/** Says that too much waits, but not all the time. */
export interface BacklogAlarm {
  /** To be told how many tasks wait, whenever that is known. */
  observe(waiting: number): void;
}

/** When a {@link BacklogAlarm} speaks. */
export interface BacklogAlarmOptions {
  /** More than so many are too many. Default 100. */
  readonly above?: number | undefined;
  /** After one warning, quiet for so long. Default 60 000. */
  readonly coolDownMs?: number | undefined;
}

/** Warns when more than `above` tasks wait, at most once in `coolDownMs`. @param now monotonic milliseconds */
export function createBacklogAlarm(
  deps: { readonly warn: (waiting: number) => void; readonly now: () => number },
  { above = 100, coolDownMs = 60_000 }: BacklogAlarmOptions = {},
): BacklogAlarm {
  let quietUntil = Number.NEGATIVE_INFINITY;
  return {
    observe(waiting) {
      if (waiting <= above || deps.now() < quietUntil) return;
      quietUntil = deps.now() + coolDownMs;
      deps.warn(waiting);
    },
  };
}
