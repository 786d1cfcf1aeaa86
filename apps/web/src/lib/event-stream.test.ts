import { expect, test } from 'vitest';
import { type StreamEvent, readEventStream } from './event-stream.ts';

async function read(...chunks: string[]): Promise<StreamEvent[]> {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
      controller.close();
    },
  });
  return collect(body);
}

async function collect(body: ReadableStream<Uint8Array>, onActivity?: () => void): Promise<StreamEvent[]> {
  const events: StreamEvent[] = [];
  for await (const event of readEventStream(body, onActivity)) events.push(event);
  return events;
}

test('reads id, type, data and retry', async () => {
  expect(await read('retry: 250\nid: 7.1\nevent: campaign.changed\ndata: {"a":1}\n\n')).toEqual([
    { id: '7.1', type: 'campaign.changed', data: '{"a":1}', retryMs: 250 },
  ]);
});

test('joins the lines of one event, whatever chunks they come in', async () => {
  const events = await read('da', 'ta: on', 'e\r', '\ndata: two\r\n\r', '\ndata: three\n\n');
  expect(events.map(({ data }) => data)).toEqual(['one\ntwo', 'three']);
});

test('keeps characters whole that a chunk cuts in two', async () => {
  const bytes = new TextEncoder().encode('data: ção\n\n');
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    },
  });
  expect((await collect(body))[0]?.data).toBe('ção');
});

test('passes over comments and an event that never ended', async () => {
  expect(await read(': beat\n\n', 'data: whole\n\n', 'data: half')).toHaveLength(1);
});

test('tells of every chunk, heartbeats included', async () => {
  let chunks = 0;
  const body = new Response(': beat\n\n').body;
  if (body === null) throw new Error('no body');
  await collect(body, () => chunks++);
  expect(chunks).toBe(1);
});
