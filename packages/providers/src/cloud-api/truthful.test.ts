import { afterEach, describe, expect, it } from 'vitest';
import { exampleRequest, soon } from '../provider-conformance.ts';
import { Secret } from '../secret.ts';
import { seededRatio01 } from '../seeded-ratio.ts';
import { createCloudApi } from './create-cloud-api.ts';
import { errorTable } from './error-table.ts';
import { tagOf } from './message-tag.ts';
import type { GraphStep } from './testing/graph-script.ts';
import { startGraphServer } from './testing/graph-server.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const codes = [...errorTable.keys()];
const steps: readonly GraphStep[] = [
  ...Array.from({ length: 12 }, () => 'accept' as const),
  'lose_reply',
  'reset',
  'never',
  'html',
  'truncated',
  'empty',
  { afterMs: 5 },
  { afterMs: 2_000 },
  { status: 500 },
  { status: 429 },
  { status: 404 },
];
const stepAt = (seed: number, i: number): GraphStep => {
  const ratio01 = seededRatio01(`${seed}:${i}`);
  const code = codes[Math.floor(seededRatio01(`${seed}:${i}:code`) * codes.length)] ?? 190;
  return steps[Math.floor(ratio01 * (steps.length + 6))] ?? { code };
};

describe.each([1, 2, 3, 4])('whatever the network does (seed %i)', (seed) => {
  it('no outcome lies: sent was taken once, not_sent and refused never, and all are answered', async () => {
    const graph = await startGraphServer();
    closers.push(() => graph.close());
    const { phoneNumberId, businessAccountId } = graph;
    const account = { phoneNumberId, businessAccountId, accessToken: new Secret('EAAB-test') };
    const http = { replyTimeoutMs: 300, maxConnections: 16 };
    const provider = createCloudApi({ accountFor: () => account }, { baseUrl: graph.url, http });
    closers.push(() => provider.close());
    graph.next(...Array.from({ length: 200 }, (_, i) => stepAt(seed, i)));
    const results = await Promise.all(
      Array.from({ length: 200 }, async (_, i) => {
        const request = exampleRequest();
        const stop = new AbortController();
        // Some are told to stop: before, while, or after they are under way.
        if (seededRatio01(`${seed}:${i}:stop`) < 0.2) setTimeout(() => stop.abort(), i);
        const outcome = await provider.send(request, { ...soon(), signal: stop.signal });
        return { outcome, tag: tagOf(request.messageId) };
      }),
    );
    const kinds = new Set<string>();
    for (const { outcome, tag } of results) {
      const taken = graph.accepted.filter((one) => one.biz_opaque_callback_data === tag);
      kinds.add(outcome.kind);
      if (outcome.kind === 'sent') expect(taken.map((one) => one.wamid)).toEqual([outcome.providerMessageId]);
      else if (outcome.kind === 'unknown') expect(taken.length).toBeLessThanOrEqual(1);
      else expect([outcome, taken]).toEqual([outcome, []]);
    }
    expect(kinds).toEqual(new Set(['sent', 'not_sent', 'refused', 'unknown']));
  });
});
