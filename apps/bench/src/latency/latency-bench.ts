import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readJournal } from '@zaphub/providers';
import { fromPublicId } from '@zaphub/types';
import { type ApiStage, openApiStage } from '../api/stage.ts';
import type { Bench, BenchRow } from '../bench-row.ts';

/** Time between two messages: ten a second, as many people answering at once. */
const everyMs = 100;
const defaultMessages = 150;
const campaignRecipients = 100_000;

/**
 * From the moment a caller sends `POST /connections/:id/send` to the moment the network is asked: on an idle system, and
 * while a campaign of 100,000 goes out from the same number as fast as it can. Api, worker and database are processes
 * of their own, as in production, all on this machine; the network is the simulator, and its journal says when it was asked.
 */
export const latencyBench: Bench = async function* (options) {
  const messages = options.rows ?? defaultMessages;
  const stage = await openApiStage({ recipients: campaignRecipients, rate: null, isQuiet: true });
  try {
    const connectionId = await readConnection(stage);
    if (options.only !== 'busy') {
      options.tell('idle');
      await send(stage, connectionId, { messages: 20 });
      yield rowOf('idle', 50, await measure(stage, await send(stage, connectionId, { messages })));
    }
    if (options.only !== 'idle') {
      options.tell('while a campaign goes out');
      const sent = new Map<string, number>();
      while (sent.size < messages) {
        await stage.sendCampaign();
        const isOver = async (): Promise<boolean> => (await stage.left()) < 2_000;
        for (const [id, at] of await send(stage, connectionId, { messages: messages - sent.size, isOver })) {
          sent.set(id, at);
        }
        while ((await stage.left()) > 0) await sleep(100);
      }
      yield rowOf(`while ${campaignRecipients} go out`, 250, await measure(stage, sent));
    }
  } finally {
    await stage.close();
  }
};

async function readConnection({ apiUrl, token }: ApiStage): Promise<string> {
  const response = await fetch(`${apiUrl}/api/v1/connections`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const page: unknown = await response.json();
  return String(Reflect.get(Object(Reflect.get(Object(page), 'data')), 0)?.id);
}

/** Sends messages one after the other at even times; answers when each was asked for, by its UUID. */
async function send(
  { apiUrl, token }: ApiStage,
  connectionId: string,
  { messages, isOver }: { messages: number; isOver?: () => Promise<boolean> },
): Promise<Map<string, number>> {
  const sent = new Map<string, number>();
  const calls: Promise<void>[] = [];
  for (let n = 0; n < messages; n++) {
    if (n % 10 === 0 && (await isOver?.()) === true) break;
    calls.push(
      (async () => {
        const at = Date.now();
        const response = await fetch(`${apiUrl}/api/v1/connections/${connectionId}/send`, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${token}`,
            'content-type': 'application/json',
            'idempotency-key': randomUUID(),
          },
          body: JSON.stringify({ to: '+5511912345678', content: { kind: 'text', text: `Message ${n}` } }),
        });
        const body: unknown = await response.json();
        const id = fromPublicId('message', String(Reflect.get(Object(body), 'id')));
        if (response.status !== 202 || id === undefined) throw new Error(`refused: ${JSON.stringify(body)}`);
        sent.set(id, at);
      })(),
    );
    await sleep(everyMs);
  }
  await Promise.all(calls);
  return sent;
}

/** How long each took to reach the network, sorted. Milliseconds, whole ones: that is how the journal counts. */
async function measure({ stage }: ApiStage, sent: ReadonlyMap<string, number>): Promise<number[]> {
  const dir = join(stage.homeDir, 'journal');
  const deadline = performance.now() + 30_000;
  for (;;) {
    const took = new Map<string, number>();
    await readJournal(dir, {
      onEntry: ({ messageId, atMs }) => {
        const at = sent.get(messageId);
        if (at !== undefined && !took.has(messageId)) took.set(messageId, atMs - at);
      },
    });
    if (took.size === sent.size) return [...took.values()].sort((a, b) => a - b);
    if (performance.now() > deadline) throw new Error(`${sent.size - took.size} messages did not arrive`);
    await sleep(200);
  }
}

function rowOf(name: string, goalMs: number, sorted: readonly number[]): BenchRow {
  const at = (share01: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share01))] ?? 0;
  const p99 = at(0.99);
  return {
    bench: 'latency',
    row: `one message, ${name}`,
    unit: 'ms p99',
    ours: p99,
    peers: { p50: at(0.5), p95: at(0.95), max: sorted.at(-1) ?? 0 },
    ratio: p99 / goalMs,
    goal: `< ${goalMs} ms`,
    ok: p99 < goalMs,
    notes: [`${sorted.length} messages, from the call to the network's being asked`],
  };
}
