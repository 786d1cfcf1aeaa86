/**
 * What a policy runs. It is given the signal to stop by: the caller's own, or one that a policy around it derived
 * from that; `undefined` when nobody can stop it. It may be called more than once (a retry) or never (an open
 * circuit).
 */
export type Work<T> = (signal: AbortSignal | undefined) => PromiseLike<T> | T;

/**
 * Decides whether, when and how often work runs. Every policy passes results and errors through as they are,
 * rejects instead of throwing, and does not start work for a caller whose signal has aborted: it then rejects with
 * the signal's reason.
 */
export interface Policy {
  execute<T>(work: Work<T>, signal?: AbortSignal): Promise<T>;
}
