/** Milliseconds, 24 days: a platform's timer holds no more, and fires at once when asked to. */
export const maxTimerMs = 2 ** 31 - 1;
