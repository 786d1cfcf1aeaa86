import type { WASocket } from 'baileys';

/** What the server said of one message. */
export type Acknowledgement =
  { readonly kind: 'taken'; readonly at: Date } | { readonly kind: 'not_taken'; readonly error: number };

/** How the wait for it ended. */
export type Answer = Acknowledgement | { readonly kind: 'lost'; readonly code: string };

/** Matches the server's answers with the messages that wait for them. */
export interface Acknowledgements {
  /** Waits from now on: called before the first byte leaves. */
  wait(id: string, options: { readonly timeoutMs: number; readonly signal: AbortSignal }): Promise<Answer>;
  /** Listens to one more socket. */
  watch(socket: WASocket): void;
  /** The connection is gone: whoever waits learns that nothing will come. */
  lose(code: string): void;
}

/** `onLate` gets what comes when nobody waits any more. */
export function createAcknowledgements(
  onLate: (id: string, acknowledgement: Acknowledgement) => void,
): Acknowledgements {
  const waiting = new Map<string, Set<(answer: Answer) => void>>();

  const settle = (id: string, answer: Acknowledgement): void => {
    const waiters = waiting.get(id);
    // The first in line is the first that was written.
    const [first] = waiters ?? [];
    if (first === undefined) onLate(id, answer);
    else first(answer);
  };

  return {
    wait(id, { timeoutMs, signal }) {
      return new Promise((resolve) => {
        const end = (answer: Answer): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', onAbort);
          waiters.delete(end);
          if (waiters.size === 0) waiting.delete(id);
          resolve(answer);
        };
        const onAbort = (): void => end({ kind: 'lost', code: 'timeout' });
        const timer = setTimeout(() => end({ kind: 'lost', code: 'timeout' }), timeoutMs);
        const waiters = waiting.get(id) ?? new Set();
        waiters.add(end);
        waiting.set(id, waiters);
        signal.addEventListener('abort', onAbort);
      });
    },
    watch(socket) {
      socket.ws.on('CB:ack,class:message', ({ attrs }: { attrs: Record<string, string | undefined> }) => {
        const id = attrs['id'];
        if (id === undefined) return;
        const error = attrs['error'];
        if (error === undefined) settle(id, { kind: 'taken', at: timeOf(attrs['t']) });
        else settle(id, { kind: 'not_taken', error: Number(error) || 0 });
      });
    },
    lose(code) {
      for (const waiters of waiting.values()) {
        for (const end of waiters) end({ kind: 'lost', code });
      }
    },
  };
}

/** A stanza's time, in seconds; now when it tells none. */
export function timeOf(seconds: string | undefined): Date {
  const at = Number(seconds);
  return at > 0 ? new Date(at * 1_000) : new Date();
}
