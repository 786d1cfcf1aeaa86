/**
 * Asks at most once at a time and keeps the answer for `keepMs`: whoever asks meanwhile gets the same. A failure is
 * kept as well. @param now monotonic milliseconds
 */
export function onceAWhile<T>(
  ask: () => Promise<T>,
  { keepMs, now }: { readonly keepMs: number; readonly now: () => number },
): () => Promise<T> {
  let answer: Promise<T> | undefined;
  let freshUntil = Number.NEGATIVE_INFINITY;
  return () => {
    if (answer !== undefined && now() < freshUntil) return answer;
    const asking = ask();
    answer = asking;
    freshUntil = Number.POSITIVE_INFINITY;
    const settle = (): void => {
      freshUntil = now() + keepMs;
    };
    asking.then(settle, settle);
    return asking;
  };
}
