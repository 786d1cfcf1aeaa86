import { afterEach, describe, expect, it } from 'vitest';
import { exampleRequest, soon } from '../provider-conformance.ts';
import { Secret } from '../secret.ts';
import { seededRatio01 } from '../seeded-ratio.ts';
import { createWuzapi } from './create-wuzapi.ts';
import { networkIdOf } from './message-id.ts';
import type { WuzapiStep } from './testing/wuzapi-script.ts';
import { startWuzapiServer } from './testing/wuzapi-server.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const said = (inner: string, wasSent = false): WuzapiStep => ({
  error: `error sending message: ${inner}`,
  wasSent,
});
const steps: readonly WuzapiStep[] = [
  ...Array.from({ length: 10 }, () => 'accept' as const),
  'lose_reply',
  'reset',
  'never',
  'html',
  'truncated',
  'empty',
  { afterMs: 5 },
  { afterMs: 2_000 },
  { status: 500, wasSent: true },
  { status: 502 },
  { status: 404 },
  { error: 'no session' },
  { error: 'failed to upload file: x' },
  { error: 'could not decode Payload', httpStatus: 400 },
  { error: 'whatever', wasSent: true },
  said('failed to send message node: websocket not connected'),
  said('failed to send message node: broken pipe', true),
  said('websocket not connected', true),
  said('timed out waiting for message send response', true),
  said('server returned error 463'),
];

describe.each([1, 2, 3])('whatever the gateway does (seed %i)', (seed) => {
  it('no outcome lies: sent was sent once, not_sent and refused never, and all are answered', async () => {
    const gateway = await startWuzapiServer({ mustPair: false });
    closers.push(() => gateway.close());
    const account = { baseUrl: gateway.url, token: new Secret(gateway.token) };
    const http = { replyTimeoutMs: 300, maxConnections: 16 };
    const provider = createWuzapi({ accountFor: () => account }, { http });
    closers.push(() => provider.close());
    const stepAt = (i: number): WuzapiStep =>
      steps[Math.floor(seededRatio01(`${seed}:${i}`) * steps.length)] ?? 'accept';
    gateway.next(...Array.from({ length: 200 }, (_, i) => stepAt(i)));
    const results = await Promise.all(
      Array.from({ length: 200 }, async (_, i) => {
        const request = exampleRequest();
        const stop = new AbortController();
        // Some are told to stop: before, while, or after they are under way.
        if (seededRatio01(`${seed}:${i}:stop`) < 0.2) setTimeout(() => stop.abort(), i);
        const outcome = await provider.send(request, { ...soon(), signal: stop.signal });
        return { outcome, id: networkIdOf(request.messageId) };
      }),
    );
    const kinds = new Set<string>();
    for (const { outcome, id } of results) {
      const sent = gateway.sent.filter((one) => one.id === id);
      kinds.add(outcome.kind);
      if (outcome.kind === 'sent') expect(sent.map((one) => one.id)).toEqual([outcome.providerMessageId]);
      else if (outcome.kind === 'unknown') expect(sent.length).toBeLessThanOrEqual(1);
      else expect([outcome, sent]).toEqual([outcome, []]);
    }
    expect(kinds).toEqual(new Set(['sent', 'not_sent', 'refused', 'unknown']));
  });
});
