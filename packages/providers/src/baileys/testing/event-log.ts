import type { SessionEvent } from '../../session.ts';

/** What a session told, and a way to wait for what it will tell. */
export interface EventLog {
  readonly events: readonly SessionEvent[];
  readonly onEvent: (event: SessionEvent) => void;
  /** The next event of a kind that nobody has asked for yet; rejects after ten seconds. */
  next<K extends SessionEvent['kind']>(kind: K): Promise<Extract<SessionEvent, { kind: K }>>;
}

export function createEventLog(): EventLog {
  const events: SessionEvent[] = [];
  const taken = new Set<SessionEvent>();
  const waiting = new Set<() => void>();
  return {
    events,
    onEvent(event) {
      events.push(event);
      for (const look of waiting) look();
    },
    next<K extends SessionEvent['kind']>(kind: K): Promise<Extract<SessionEvent, { kind: K }>> {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(look);
          reject(new Error(`no ${kind} came, but ${events.map((event) => event.kind).join(', ')}`));
        }, 10_000);
        const look = (): void => {
          const found = events.find(
            (event): event is Extract<SessionEvent, { kind: K }> => event.kind === kind && !taken.has(event),
          );
          if (found === undefined) return;
          clearTimeout(timer);
          waiting.delete(look);
          taken.add(found);
          resolve(found);
        };
        waiting.add(look);
        look();
      });
    },
  };
}
