/** Makes it an uncaught error of the platform: nobody who could be told answers for it. */
export function throwUncaught(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
