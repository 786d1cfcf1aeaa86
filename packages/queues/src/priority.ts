/** Urgency counts up: 1 can wait, 10 is the most urgent. */
export type Urgency = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10;

/**
 * Our urgency in BullMQ's terms, which count down: 1 is the most urgent, and a job without a priority goes
 * before all others, so every job gets one.
 */
export function toBullPriority(urgency: Urgency): number {
  return 11 - urgency;
}

/** The way back from {@link toBullPriority}. */
export function toUrgency(bullPriority: number): number {
  return 11 - bullPriority;
}
