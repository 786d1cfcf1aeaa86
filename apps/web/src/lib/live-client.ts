import { type LiveEvent, liveEvent } from '@zaphub/types';
import { type StreamEvent, readEventStream } from './event-stream.ts';
import type { LiveState } from './live-state.ts';

/** The outside of the live client: network, clock, frames, and who listens. */
export interface LiveClientDeps {
  /** Opens the stream; rejects when it cannot. */
  open: (lastEventId: string | null, signal: AbortSignal) => Promise<Response>;
  /** Everything that arrived since the last call, oldest first. Called at most once per frame. */
  onEvents: (events: LiveEvent[]) => void;
  onState: (state: LiveState) => void;
  /** A jitter source, 0…1. */
  random: () => number;
  setTimer: (callback: () => void, ms: number) => () => void;
  nextFrame: (callback: () => void) => void;
}

const firstRetryMs = 500;
const longestRetryMs = 15_000;
/** The server beats every 15 s; three missed beats mean that the connection is dead whatever TCP believes. */
const silenceMs = 45_000;

/**
 * Keeps one event stream open: resumes after the last event it saw, backs off with jitter, and tells when it is
 * down so that the screens can poll instead. `close()` ends it for good.
 */
export function createLiveClient(deps: LiveClientDeps): { close(): void } {
  const closing = new AbortController();
  let lastEventId: string | null = null;
  let failures = 0;
  let serverRetryMs = 0;
  let pending: LiveEvent[] = [];

  void run();
  return { close: () => closing.abort() };

  async function run(): Promise<void> {
    while (!closing.signal.aborted) {
      deps.onState(failures === 0 ? 'connecting' : 'offline');
      await connectOnce().catch(() => undefined);
      if (closing.signal.aborted) return;
      deps.onState('offline');
      failures += 1;
      await wait(backoffMs());
    }
  }

  async function connectOnce(): Promise<void> {
    const attempt = new AbortController();
    const stop = () => attempt.abort();
    closing.signal.addEventListener('abort', stop, { once: true });
    let cancelSilence = deps.setTimer(stop, silenceMs);
    try {
      const response = await deps.open(lastEventId, attempt.signal);
      if (response.body === null) return;
      failures = 0;
      deps.onState('live');
      const onActivity = () => {
        cancelSilence();
        cancelSilence = deps.setTimer(stop, silenceMs);
      };
      for await (const event of readEventStream(response.body, onActivity)) receive(event);
    } finally {
      cancelSilence();
      closing.signal.removeEventListener('abort', stop);
    }
  }

  function receive(event: StreamEvent): void {
    if (event.id !== null && event.id !== '') lastEventId = event.id;
    if (event.retryMs !== null) serverRetryMs = event.retryMs;
    const parsed = parseLiveEvent(event);
    if (parsed === undefined) return;
    pending.push(parsed);
    if (pending.length > 1) return;
    deps.nextFrame(() => {
      const batch = pending;
      pending = [];
      if (!closing.signal.aborted) deps.onEvents(batch);
    });
  }

  function backoffMs(): number {
    const ceiling = Math.min(longestRetryMs, firstRetryMs * 2 ** (failures - 1));
    return Math.max(serverRetryMs, ceiling * (0.5 + deps.random() / 2));
  }

  function wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        cancel();
        closing.signal.removeEventListener('abort', done);
        resolve();
      };
      const cancel = deps.setTimer(done, ms);
      closing.signal.addEventListener('abort', done, { once: true });
    });
  }
}

/** Reads an event of a kind this page knows; anything else (a newer server's) is passed over. */
export function parseLiveEvent(event: StreamEvent): LiveEvent | undefined {
  let data: unknown;
  try {
    data = JSON.parse(event.data);
  } catch {
    return undefined;
  }
  const enveloped = typeof data === 'object' && data !== null && 'type' in data && 'data' in data;
  const result = liveEvent.safeParse(enveloped ? data : { type: event.type, data });
  return result.success ? result.data : undefined;
}
