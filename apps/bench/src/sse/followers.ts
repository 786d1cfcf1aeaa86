import { setTimeout as pause } from 'node:timers/promises';

/** What one reader was told: the marks of the events in the order they came, and how often it had to come back. */
export interface Follower {
  readonly marks: string[];
  resets: number;
  connections: number;
  hasJoined: boolean;
  close(): void;
}

/** Reads as the dashboard does: comes back with the last id whenever the stream ends. */
export function follow(url: string, token: string): Follower {
  const over = new AbortController();
  const follower: Follower = {
    marks: [],
    resets: 0,
    connections: 0,
    hasJoined: false,
    close: () => over.abort(),
  };
  let lastEventId: string | undefined;
  const takeFrame = (frame: string): void => {
    const id = /^id: (.+)$/m.exec(frame)?.[1];
    if (id !== undefined) lastEventId = id;
    follower.hasJoined ||= id !== undefined;
    if (/^event: reset$/m.test(frame)) follower.resets += 1;
    const mark = /"id":"cmp_([^"]+)"/.exec(frame)?.[1];
    if (mark !== undefined) follower.marks.push(mark);
  };
  const readOnce = async (): Promise<void> => {
    const reply = await fetch(url, {
      headers: {
        authorization: `Bearer ${token}`,
        ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
      },
      signal: over.signal,
    });
    if (!reply.ok || reply.body === null) throw new Error(`${reply.status}`);
    follower.connections += 1;
    let text = '';
    for await (const part of reply.body.pipeThrough(new TextDecoderStream())) {
      const frames = (text + part).split('\n\n');
      text = frames.pop() ?? '';
      frames.forEach(takeFrame);
    }
  };
  const read = async (): Promise<void> => {
    while (!over.signal.aborted) {
      // Cut off, or nobody there: both are what this is about.
      await readOnce().catch(() => undefined);
      await pause(50);
    }
  };
  void read();
  return follower;
}
